// The review desk: keys that lead from day to day and to what the reader does there, and news without a new page.
// Everything is reached by links without this.
'use strict';
(() => {
  const seen = x => x.checkVisibility();
  const typing = e => e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, select, textarea, dialog');

  // What a key means stands on it: data-key. Of several, the one in the line where the reader is comes first.
  function meant(key) {
    const line = (document.activeElement && document.activeElement.closest('[data-line]')) || document.querySelector('.at');
    const found = [...document.querySelectorAll(`[data-key="${key}"]`)];
    return found.find(x => line && line.contains(x)) || found.find(seen) || found[0];
  }

  // Links are followed; whatever does something only takes the focus: no single key signs or sends.
  function use(el) {
    const fold = el.closest('details');
    if (el.matches('a[href]')) { el.click(); return; }
    if (fold) fold.open = true;
    const field = el.matches('input, textarea, select, button') ? el : (fold || el).querySelector('textarea, input:not([type=hidden]), button');
    (field || el).focus();
    (field || el).scrollIntoView({ block: 'nearest' });
  }

  document.addEventListener('keydown', e => {
    if (typing(e)) return;
    // Another alphabet on the keyboard: the same place of the key counts.
    const key = /^Key[A-Z]$/.test(e.code) && !/^[a-z]$/i.test(e.key) ? e.code.slice(3).toLowerCase() : e.key;
    const el = /^[a-z]$/.test(key) && meant(key);
    if (!el) return;
    e.preventDefault();
    use(el);
  });

  // The list and what is told are drawn anew in place; folds stay as they are, and so does the focus. A hidden page
  // asks nothing and catches up as soon as it is seen.
  const nav = document.querySelector('[data-desk]');
  if (!nav) return;
  let tag = '', timer = 0, asking = false;

  function put(fresh) {
    for (const part of ['[data-desk-list]', '[data-desk-told]']) {
      const old = document.querySelector(part), piece = fresh.querySelector(part);
      if (!old || !piece || old.innerHTML.trim() === piece.innerHTML.trim()) continue;
      const open = new Map([...old.querySelectorAll('details[id]')].map(d => [d.id, d.open]));
      piece.querySelectorAll('details[id]').forEach(d => { if (open.has(d.id)) d.open = open.get(d.id); });
      const focus = old.contains(document.activeElement) && document.activeElement.id;
      const at = old.querySelector('.at');
      if (part === '[data-desk-told]') old.replaceChildren(...piece.childNodes); // a region that is read out has to stay
      else old.replaceWith(piece);
      const again = id => id && document.getElementById(id);
      if (at && again(at.id)) again(at.id).classList.add('at');
      if (focus && again(focus)) again(focus).focus({ preventScroll: true });
    }
  }

  async function ask() {
    clearTimeout(timer);
    if (document.hidden || asking) return;
    asking = true;
    try {
      const headers = { Accept: 'text/html', 'X-Logbook-Poll': '1' };
      if (tag) headers['If-None-Match'] = tag;
      const answer = await fetch(nav.dataset.desk, { headers, credentials: 'same-origin', cache: 'no-store', redirect: 'manual' });
      if (answer.type === 'opaqueredirect') nav.dataset.out = '1'; // signed out: what is typed stays, the next click asks in
      if (answer.ok) {
        tag = answer.headers.get('ETag') || '';
        put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
      }
    } catch { /* the next try comes by itself */ }
    asking = false;
    if (!nav.dataset.out) timer = setTimeout(ask, 1000 * Number(nav.dataset.every));
  }

  document.addEventListener('visibilitychange', ask);
  window.addEventListener('online', ask);
  timer = setTimeout(ask, 1000 * Number(nav.dataset.every));

  // The day that is open stands in sight in a long list.
  const open = nav.querySelector('[aria-current]');
  const below = open ? open.getBoundingClientRect().bottom - Math.min(nav.getBoundingClientRect().bottom, innerHeight) : 0;
  if (below > 0) nav.scrollTop += below + nav.clientHeight / 3;
})();
