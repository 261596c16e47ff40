// Keys of the list of days and of the whole day. Everything is reached by links without them.
'use strict';
(() => {
  const lines = sel => [...document.querySelectorAll(sel)].filter(x => x.checkVisibility());
  const link = line => (line.matches('a') ? line : line.querySelector('a'));
  let at = null;

  // The line's link takes the focus, so Enter opens it and a screen reader says it.
  function go(line) {
    if (!line) return;
    for (let d = line.closest('details'); d; d = d.parentElement.closest('details')) d.open = true;
    if (at) at.classList.remove('at');
    at = line;
    at.classList.add('at');
    link(line).focus({ preventScroll: true });
    line.scrollIntoView({ block: 'nearest' });
  }

  // Where the reader is: the line with the focus, else the one they were at.
  function here() {
    const focused = document.activeElement && document.activeElement.closest('[data-line]');
    return focused || (at && at.isConnected ? at : null) || document.querySelector(':target');
  }

  const after = (all, from) => all.find(x => !from || from.compareDocumentPosition(x) & Node.DOCUMENT_POSITION_FOLLOWING);

  // A remark is written beneath its line; without script the link leads to a page of its own.
  const blank = document.querySelector('[data-remark-form]');

  function close(box) {
    const way = box.from;
    box.remove();
    way.focus();
  }

  function remark(way) {
    const open = document.querySelector('[data-box]');
    if (open) close(open);
    const form = blank.content.firstElementChild.cloneNode(true);
    const line = way.closest('[data-line][id]');
    const values = [...new URL(way.href).searchParams, ['entry_id', crypto.randomUUID()], ['at', line ? line.id : '']];
    for (const [name, value] of values) {
      const input = document.createElement('input');
      Object.assign(input, { type: 'hidden', name, value });
      form.append(input);
    }
    const row = way.closest('tr');
    let box = form;
    if (row) {
      box = document.createElement('tr');
      box.className = 'inplace-row';
      const cell = box.insertCell();
      cell.colSpan = row.cells.length;
      cell.append(form);
      row.after(box);
    } else if (way.closest('.words')) way.after(form);
    else (way.closest('.headrow') || way.closest('p')).after(form);
    box.dataset.box = '';
    box.from = way;
    form.querySelector('[data-close]').addEventListener('click', () => close(box));
    form.addEventListener('keydown', e => { if (e.key === 'Escape') close(box); });
    form.querySelector('textarea').focus();
  }

  if (blank) document.addEventListener('click', e => {
    const way = e.target.closest('[data-remark]');
    if (!way || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    remark(way);
  });

  const keys = {
    j: () => go(after(lines('[data-line]'), here())),
    k: () => go(here() && lines('[data-line]').filter(x => here().compareDocumentPosition(x) & Node.DOCUMENT_POSITION_PRECEDING).pop()),
    u: () => {
      const fresh = [...document.querySelectorAll('[data-new]')];
      go(after(fresh, here()) || fresh[0]);
    },
    r: () => {
      const line = here(), way = line && line.querySelector('[data-remark]');
      if (way && blank) remark(way);
    },
    '/': () => {
      const find = document.querySelector('[data-find]');
      if (!find) return;
      const fold = find.closest('details');
      if (fold) fold.open = true;
      find.focus();
      find.select();
    },
    '?': () => document.getElementById('keys').showModal(),
  };

  // After something was written about a line the reader is at that line again. Before the page has loaded the browser
  // goes to the address's line itself and takes the focus away.
  addEventListener('load', () => go(document.querySelector('[data-line]:target')));

  document.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, select, textarea, dialog')) return;
    // Another alphabet on the keyboard: the same place of the key counts.
    const key = /^Key[JKUR]$/.test(e.code) && !/^[a-z]$/i.test(e.key) ? e.code.slice(3).toLowerCase() : e.key;
    if (!keys[key]) return;
    e.preventDefault();
    keys[key]();
  });
})();
