// The pages work without this. With it: marks of a grid, more lines, and the device's own times beside what it sends.
// What keeps the pages of a day fresh stands in live.js.
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
}

// "Correct" stays in sight for a minute; the entry's own page offers it for ever.
setTimeout(() => all(document, '.flash').forEach(x => x.remove()), 60000);

const [came] = performance.getEntriesByType('navigation');
measure(Number(document.body.dataset.served), came ? came.requestStart : 0, came ? came.responseStart : 0);
start(document);
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
