// The pages work without this. With it: marks of a grid, more lines, a running clock, a board that
// keeps itself fresh, and the device's own times beside what it sends.
'use strict';

const one = (root, sel) => root.querySelector(sel);
const all = (root, sel) => [...root.querySelectorAll(sel)];

// Grids of rooms: mark all, clear all, count.
function grid(root) {
  const boxes = all(root, 'input[type=checkbox]:not(:disabled)');
  const out = one(root, '[data-count]');
  const show = () => {
    if (out) out.textContent = out.dataset.count.replace('{n}', boxes.filter(b => b.checked).length).replace('{total}', boxes.length);
  };
  root.addEventListener('click', e => {
    const button = e.target.closest('[data-all]');
    if (button) boxes.forEach(b => { b.checked = button.dataset.all === '1'; });
    show();
  });
  show();
}

// Lists and tables: one more line, a copy of the last one, emptied.
function rows(root) {
  root.addEventListener('click', e => {
    if (!e.target.closest('[data-more]')) return;
    const lines = all(root, 'tbody tr, ol.lines li');
    const last = lines[lines.length - 1];
    const copy = last.cloneNode(true);
    all(copy, '.err').forEach(x => x.remove());
    all(copy, 'input, select').forEach(x => {
      x.value = '';
      x.removeAttribute('aria-invalid');
      for (const key of ['id', 'name']) {
        if (x[key]) x[key] = x[key].replace(/\.(\d+)\./, `.${lines.length}.`);
      }
    });
    last.after(copy);
    one(copy, 'input, select').focus();
  });
}

// Clock of the centre: the server's reading, carried on by this page's own stopwatch. A rehearsal shows it twice.
let clockTimer = 0;
function clock(root) {
  const el = one(root, '[data-clock]');
  clearInterval(clockTimer);
  if (!el) return;
  const [h, m, s] = el.dataset.clock.split(':').map(Number);
  const began = performance.now();
  clockTimer = setInterval(() => {
    const t = (h * 3600 + m * 60 + s + Math.floor((performance.now() - began) / 1000)) % 86400;
    const shown = `${String(Math.floor(t / 3600)).padStart(2, '0')}:${String(Math.floor(t / 60) % 60).padStart(2, '0')}`;
    all(document, '[data-clock]').forEach(x => { x.textContent = shown; });
  }, 1000);
}

// The board asks for itself again, unless somebody is using it just now, and says since when nobody has answered. A hidden page asks nothing and catches up
// as soon as it is seen. The server answers 304 while nothing has changed, and does not count these as somebody's use.
function live() {
  const root = one(document, '[data-live]');
  if (!root) return;
  let tag = root.dataset.tag, timer = 0, asking = false, known = '';
  const main = one(document, 'main');
  const busy = () => main.contains(document.activeElement) && document.activeElement !== main;
  const told = one(document, '[data-lost]'), words = one(told, '[data-text]');
  const shown = () => one(document, '[data-clock]').textContent;
  const reached = () => { known = shown(); told.hidden = true; words.textContent = ''; };
  const lost = () => {
    if (!told.hidden) return;
    told.hidden = false;
    words.textContent = words.dataset.text.replace('{time}', known);
  };
  const put = fresh => {
    const open = new Set(all(main, 'details[open][id]').map(d => d.id));
    all(fresh, 'details[id]').forEach(d => { d.open = open.has(d.id); });
    one(document, '[data-live]').replaceWith(fresh);
    tag = fresh.dataset.tag;
    start(fresh);
  };
  const ask = async () => {
    clearTimeout(timer);
    if (document.hidden || asking) return;
    asking = true;
    try {
      if (!busy()) {
        const headers = { Accept: 'text/html', 'If-None-Match': `"${tag}"`, 'X-Logbook-Poll': '1' };
        const sent = performance.now();
        const answer = await fetch(location.href, { headers, credentials: 'same-origin', cache: 'no-store', redirect: 'manual' });
        if (answer.type === 'opaqueredirect') location.reload(); // signed out: the page must not look alive
        const fresh = answer.ok && one(new DOMParser().parseFromString(await answer.text(), 'text/html'), '[data-live]');
        if (fresh && !busy()) put(fresh);
        measure(Number(answer.headers.get('X-Logbook-Time')), sent, performance.now());
        if (answer.ok || answer.status === 304) reached();
        else lost();
      }
    } catch { lost(); } // the clock goes on, the next try comes by itself
    asking = false;
    timer = setTimeout(ask, 1000 * Number(root.dataset.live));
  };
  reached();
  timer = setTimeout(ask, 1000 * Number(root.dataset.live));
  document.addEventListener('visibilitychange', ask);
  window.addEventListener('offline', lost);
  window.addEventListener('pageshow', e => { if (e.persisted) ask(); });
  window.addEventListener('online', ask);
}

// How far this device's clock is ahead of the server's (ms), measured when the page came and whenever the server
// answers the board: its reading belongs to the middle of the round trip. Nothing that is typed is shifted by it.
const heard = { offset: 0, mono: 0 };
function measure(served, sent, answered) {
  if (!served) return;
  heard.mono = performance.now();
  heard.offset = Math.round(Date.now() - (heard.mono - (sent + answered) / 2) - served);
  const told = one(document, '[data-off]');
  if (!told) return;
  const words = one(told, '[data-text]'), minutes = Math.floor(Math.abs(heard.offset) / 60000);
  const wrong = Math.abs(heard.offset) > 1000 * Number(told.dataset.off);
  const length = [[Math.floor(minutes / 60), words.dataset.hours], [minutes % 60, words.dataset.minutes]]
    .filter(([n]) => n).map(([n, text]) => text.replace('{n}', n)).join(' ');
  const text = wrong ? words.dataset[heard.offset > 0 ? 'ahead' : 'behind'].replace('{span}', length) : '';
  if (words.textContent !== text) words.textContent = text;
  told.hidden = !wrong;
}

// What the device says of its clock, sent with every entry.
function device(form) {
  form.addEventListener('submit', () => {
    let id = '', seq = 0;
    try {
      id = localStorage.getItem('device') || crypto.randomUUID();
      seq = Number(localStorage.getItem('device_seq') || 0) + 1;
      localStorage.setItem('device', id);
      localStorage.setItem('device_seq', seq);
    } catch { return; }
    const values = {
      device_id: id, device_seq: seq, device_clock: new Date().toISOString(),
      device_mono: Math.round(performance.now() - heard.mono), device_offset: heard.offset,
    };
    for (const [name, value] of Object.entries(values)) {
      let input = one(form, `input[name=${name}]`);
      if (!input) { input = document.createElement('input'); input.type = 'hidden'; input.name = name; form.append(input); }
      input.value = value;
    }
  });
}

// A step that stands inside a folded group is still found by its address.
function unfold() {
  if (location.hash.length < 2) return;
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let d = target.closest('details'); d; d = d.parentElement.closest('details')) d.open = true;
  target.scrollIntoView({ block: 'center' });
}

function start(root) {
  all(root, '[data-script]').forEach(x => { x.hidden = false; });
  all(root, '[data-grid]').forEach(grid);
  all(root, '[data-rows]').forEach(rows);
  clock(root);
}

// "Correct" stays in sight for a minute; the entry's own page offers it for ever.
setTimeout(() => all(document, '.flash').forEach(x => x.remove()), 60000);

const [came] = performance.getEntriesByType('navigation');
measure(Number(document.body.dataset.served), came ? came.requestStart : 0, came ? came.responseStart : 0);
start(document);
live();
unfold();
all(document, 'form[data-entry]').forEach(device);
// The eye goes to what went wrong; to the row that was saved (Tab goes on from there by itself); else to the message.
const news = one(document, '[data-focus]') || (!one(document, ':target') && one(document, '.flash'));
if (news) news.focus({ preventScroll: news.matches('.flash') });
document.addEventListener('click', e => {
  const menu = one(document, '.menu[open]');
  if (menu && !menu.contains(e.target)) menu.open = false;
});
document.addEventListener('keydown', e => {
  const menu = one(document, '.menu[open]');
  if (e.key === 'Escape' && menu) { menu.open = false; one(menu, 'summary').focus(); }
});
window.addEventListener('hashchange', unfold);
// Copy a text; where the browser does not allow it, the text is marked for the keyboard.
all(document, '[data-copy]').forEach(button => button.addEventListener('click', async () => {
  const text = document.getElementById(button.dataset.copy);
  const said = one(button.parentElement, 'output');
  text.focus();
  text.select();
  try {
    await navigator.clipboard.writeText(text.value);
    said.textContent = said.dataset.copied;
  } catch { said.textContent = said.dataset.marked; }
}));
// A file that is too large is told before it travels.
all(document, 'input[data-most]').forEach(x => x.addEventListener('change', () => {
  const large = x.files[0] && x.files[0].size > Number(x.dataset.most);
  x.setCustomValidity(large ? x.dataset.large : '');
  x.reportValidity();
}));
// Two taps on "Done" are one entry anyway; this only spares the second wait.
document.addEventListener('submit', e => {
  const wait = e.target.dataset.wait;
  setTimeout(() => all(e.target, 'button').forEach(b => {
    b.disabled = true;
    if (wait) { b.dataset.was = b.textContent; b.textContent = wait; }
  }), 0);
});
window.addEventListener('pageshow', () => all(document, 'form button:disabled').forEach(b => {
  b.disabled = false;
  if (b.dataset.was) b.textContent = b.dataset.was;
}));
