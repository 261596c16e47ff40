// This device is a witness: it keeps the newest signed state of every journal that it saw, and checks that the next one
// continues it (RFC 6962, section 2.1.2). Without it, or without https, the pages work and nobody checks here.
'use strict';

const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

// Origin, size and root of a signed note; null when it is none.
function state(note) {
  const [origin, size, root] = (note || '').split('\n');
  try { return /^\d{1,9}$/.test(size) && bytes(root).length === 32 ? { note, origin, size: Number(size), root: bytes(root) } : null; }
  catch { return null; }
}

// The first 100 bits of a root, as forms print them.
function short(root) {
  const bits = [...root].map(b => b.toString(2).padStart(8, '0')).join('');
  const letter = i => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(bits.slice(5 * i, 5 * i + 5), 2)];
  return Array.from({ length: 20 }, (_, i) => letter(i) + (i % 5 === 4 ? ' ' : '')).join('').trim();
}

async function node(left, right) {
  const whole = new Uint8Array(65);
  whole[0] = 1;
  whole.set(left, 1);
  whole.set(right, 33);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
}

// As app/domain/merkle.py: does the log of ``next`` continue the one of ``last``?
async function continues(last, next, proof) {
  if (last.size === next.size) return !proof.length && same(last.root, next.root);
  const path = [...proof];
  let at = last.size - 1, end = next.size - 1;
  while (at & 1) { at >>= 1; end >>= 1; }
  let old = at ? path.shift() : last.root;
  if (!old || !proof.length) return false;
  let grown = old;
  while (at) {
    if (at & 1 || at < end) {
      const step = path.shift();
      if (!step) return false;
      if (at & 1) old = await node(step, old);
      grown = at & 1 ? await node(step, grown) : await node(grown, step);
    }
    at >>= 1;
    end >>= 1;
  }
  while (end) {
    const step = path.shift();
    if (!step) return false;
    grown = await node(grown, step);
    end >>= 1;
  }
  return !path.length && same(old, last.root) && same(grown, next.root);
}

// True or false; null when nobody answered, which says nothing.
async function judge(url, one_, other) {
  const [last, next] = one_.size <= other.size ? [one_, other] : [other, one_];
  if (last.size === next.size) return same(last.root, next.root);
  let answer, told;
  try {
    answer = await fetch(`${url}?from=${last.size}&to=${next.size}`, { credentials: 'same-origin', cache: 'no-store', redirect: 'error' });
    if (answer.status === 409) return false; // the journal is shorter than it was
    if (!answer.ok) return null;
    told = (await answer.json()).proof.map(bytes);
  } catch { return null; }
  return told.every(hash => hash.length === 32) && continues(last, next, told);
}

async function tell(el, kept, shown) {
  const banner = one(document, '[data-fork]');
  banner.hidden = false;
  for (const [name, found] of [['kept', kept], ['shown', shown]]) {
    one(banner, `[data-${name}]`).textContent = `${found.size} · ${short(found.root)}`;
    one(banner, `[data-${name}-note]`).textContent = found.note;
  }
  const token = one(document, 'input[name=csrf_token]');
  const body = new URLSearchParams({ kept: kept.note, shown: shown.note, csrf_token: token ? token.value : '' });
  try { await fetch(el.dataset.tell, { method: 'POST', body, credentials: 'same-origin' }); } catch { /* the banner stays */ }
}

async function look() {
  const el = one(document, '[data-checkpoint]');
  const shown = el && state(el.dataset.checkpoint);
  if (!shown || !window.crypto?.subtle) return;
  const key = `log ${shown.origin}`, tick = one(document, '[data-kept-tick]');
  let kept;
  try { kept = state(localStorage.getItem(key)); } catch { return; } // this browser keeps nothing
  const fits = kept ? await judge(el.dataset.proof, kept, shown) : true;
  if (tick) tick.hidden = !(kept && fits);
  if (fits === false) await tell(el, kept, shown); // what was kept stays: it is the evidence
  else if (fits && (!kept || kept.size < shown.size)) {
    try { localStorage.setItem(key, shown.note); } catch { /* it is kept another time */ }
  }
}

let turn = Promise.resolve(); // one look after the other
document.addEventListener('fresh', () => { turn = turn.then(look); });
turn = turn.then(look);
