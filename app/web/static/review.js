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
    return focused || at;
  }

  const after = (all, from) => all.find(x => !from || from.compareDocumentPosition(x) & Node.DOCUMENT_POSITION_FOLLOWING);

  const keys = {
    j: () => go(after(lines('[data-line]'), here())),
    k: () => go(here() && lines('[data-line]').filter(x => here().compareDocumentPosition(x) & Node.DOCUMENT_POSITION_PRECEDING).pop()),
    n: () => {
      const fresh = [...document.querySelectorAll('[data-new]')];
      go(after(fresh, here()) || fresh[0]);
    },
    '/': () => {
      const find = document.querySelector('[data-find]');
      if (!find) return;
      const fold = find.closest('details');
      if (fold) fold.open = true;
      find.focus();
    },
    '?': () => document.getElementById('keys').showModal(),
  };

  document.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, select, textarea, dialog')) return;
    // Another alphabet on the keyboard: the same place of the key counts.
    const key = /^Key[JKN]$/.test(e.code) && !/^[a-z]$/i.test(e.key) ? e.code.slice(3).toLowerCase() : e.key;
    if (!keys[key]) return;
    e.preventDefault();
    keys[key]();
  });
})();
