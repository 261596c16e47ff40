// What a page looks like, measured in the browser. Every function answers lines of text: what is wrong, and where.
(() => {
  'use strict';
  const name = el => {
    if (!el || el === document) return 'document';
    const id = el.id ? `#${el.id}` : '';
    const cls = typeof el.className === 'string' && el.className ? `.${el.className.trim().replace(/\s+/g, '.')}` : '';
    const text = (el.textContent || el.value || '').trim().replace(/\s+/g, ' ').slice(0, 40);
    return `${el.tagName.toLowerCase()}${id}${cls} “${text}”`;
  };
  const shown = el => el.checkVisibility({ visibilityProperty: true, opacityProperty: false, contentVisibilityAuto: true });
  const quiet = el => {
    if (el.closest('.skip, svg, option, datalist, template, script, style')) return true;
    for (let up = el; up; up = up.parentElement) if (getComputedStyle(up).clipPath === 'inset(50%)') return true;
    return false;
  };
  const own = el => [...el.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  const texts = root => [...root.querySelectorAll('*')].filter(el => own(el) && !quiet(el) && shown(el));
  // The part of a box that is not scrolled out of sight.
  const visible = (r, el) => {
    const box = { left: r.left, right: r.right, top: r.top, bottom: r.bottom };
    for (let up = el; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX === 'visible' || getComputedStyle(up).display === 'inline') continue;
      const clip = up.getBoundingClientRect();
      for (const side of ['left', 'top']) box[side] = Math.max(box[side], clip[side]);
      for (const side of ['right', 'bottom']) box[side] = Math.min(box[side], clip[side]);
    }
    return { ...box, width: box.right - box.left, height: box.bottom - box.top };
  };
  const uniq = list => [...new Set(list)].slice(0, 6);

  // Rows and items beyond the first four of their sort in one place: what is true of those is true of these.
  const alike = () => [...document.querySelectorAll('main *')].flatMap(parent => {
    const count = {};
    return [...parent.children].filter(el => {
      const sort = `${el.tagName}.${el.className}`;
      count[sort] = (count[sort] || 0) + 1;
      return count[sort] > 4 && !el.matches('td, th, option');
    });
  });

  // The page never moves sideways, no text is cut off, no text lies on another.
  const layout = () => {
    const out = [], wide = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth > innerWidth) {
      const far = [...document.body.querySelectorAll('*')].filter(el => shown(el) && el.getBoundingClientRect().right > wide + 0.5)
        .filter(el => !el.closest('.scroll')).pop();
      out.push(`scrolls sideways: ${document.scrollingElement.scrollWidth} px in ${innerWidth}, ${name(far)}`);
    }
    const boxes = [];
    for (const el of texts(document.body)) {
      for (let up = el; up && up !== document.body; up = up.parentElement) {
        const style = getComputedStyle(up);
        if (style.overflowX !== 'visible' && style.overflowX !== 'auto' && up.scrollWidth > up.clientWidth + 1 && up.clientWidth) {
          out.push(`cut off: ${name(up)} ${up.scrollWidth} in ${up.clientWidth}`);
        }
        if (up === el && style.display.startsWith('inline')) continue;
      }
      for (const node of el.childNodes) {
        if (node.nodeType !== 3 || !node.data.trim()) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const whole of range.getClientRects()) {
          const r = visible(whole, el);
          if (r.width > 1 && r.height > 1) boxes.push({ el, r });
        }
      }
      if (['submit', 'button'].includes(el.type) && el.scrollHeight > el.clientHeight + 2) out.push(`cut off below: ${name(el)}`);
    }
    const inPlace = boxes.filter(b => !b.el.closest('.bar, .flash, .menu > div'));
    inPlace.sort((a, b) => a.r.top - b.r.top);
    for (let i = 0; i < inPlace.length; i++) {
      for (let j = i + 1; j < inPlace.length && inPlace[j].r.top < inPlace[i].r.bottom - 3; j++) {
        const a = inPlace[i], b = inPlace[j];
        const across = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left);
        const down = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top);
        if (across > 2 && down > Math.min(a.r.height, b.r.height) * 0.4 && a.el !== b.el) out.push(`one on the other: ${name(a.el)} and ${name(b.el)}`);
      }
    }
    return uniq(out);
  };

  // A finger finds it: 44 px high; the bar at the foot covers nothing.
  const tall = el => {
    if (el.matches('[type=checkbox], [type=radio]')) return Math.max(el.getBoundingClientRect().height, el.closest('label') ? el.closest('label').getBoundingClientRect().height : 0);
    const after = getComputedStyle(el, '::after');
    if (after.content !== 'none' && after.position === 'absolute') return el.offsetParent ? parseFloat(after.height) : 0;
    return el.getBoundingClientRect().height;
  };
  const inText = el => {
    const block = el.closest('p, li, td, th, dd, span, div, caption');
    return el.tagName === 'A' && getComputedStyle(el).display === 'inline' && block
      && block.textContent.trim().length > el.textContent.trim().length + 3 && !el.closest('nav');
  };
  const touch = () => {
    const out = [];
    const all = document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary');
    for (const el of all) {
      if (!shown(el) || el.closest('.skip') || el.closest('[aria-hidden=true]') || inText(el)) continue;
      if (tall(el) < 43.5) out.push(`${Math.round(tall(el))} px high: ${name(el)}`);
    }
    const bar = [...document.querySelectorAll('.bar')].find(b => shown(b) && getComputedStyle(b).position === 'fixed');
    if (bar) {
      scrollTo(0, document.documentElement.scrollHeight);
      const edge = bar.getBoundingClientRect().top;
      for (const el of [...all, ...texts(document.querySelector('main'))]) {
        if (shown(el) && !quiet(el) && !bar.contains(el) && !el.closest('.flash') && el.getBoundingClientRect().bottom > edge + 0.5) out.push(`under the bar: ${name(el)}`);
      }
      scrollTo(0, 0);
    }
    return uniq(out);
  };

  // Paper: what was read on the screen is there, dark on white, without buttons and menus.
  const aside = '.btn, button, nav, .bar, .up, .menu, .skip, .flash, [data-script], .phone-only, .desk-only, .screen-only, .noprint, .cards-only, input, select, textarea, header, .cards thead';
  let before = [];
  const screen = () => { before = texts(document.querySelector('main')).filter(el => !el.closest(aside)); };
  const light = colour => {
    const [r, g, b] = colour.match(/[\d.]+/g).map(Number).map(v => v / 255).map(v => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = () => {
    const out = [];
    for (const el of document.querySelectorAll('nav, button, .btn, .bar, .menu, .skip')) if (shown(el)) out.push(`printed: ${name(el)}`);
    for (const el of before) if (el.isConnected && !shown(el)) out.push(`not printed: ${name(el)}`);
    for (const el of texts(document.body)) {
      const contrast = 1.05 / (light(getComputedStyle(el).color) + 0.05);
      if (contrast < 4.5) out.push(`pale on paper (${contrast.toFixed(1)}): ${name(el)}`);
    }
    for (const el of [document.documentElement, document.body]) {
      const back = getComputedStyle(el).backgroundColor;
      if (!/rgba\(.*, 0\)/.test(back) && light(back) < 0.99) out.push(`paper is not white: ${back}`);
    }
    for (const el of document.querySelectorAll('main thead')) {
      const style = getComputedStyle(el);
      if (shown(el) && (style.display !== 'table-header-group' || style.position !== 'static')) out.push(`head is not repeated: ${name(el)}`);
      if (!shown(el) && shown(el.parentElement)) out.push(`table without its head: ${name(el.parentElement)}`);
    }
    return uniq(out);
  };

  const motion = () => uniq([...document.querySelectorAll('*')].flatMap(el => ['', '::before', '::after'].flatMap(part => {
    const style = getComputedStyle(el, part);
    const longest = Math.max(...`${style.transitionDuration},${style.animationDuration}`.split(',').map(t => parseFloat(t) * (t.includes('ms') ? 0.001 : 1)));
    return longest > 0.01 ? [`moves for ${longest} s: ${name(el)}${part}`] : [];
  })));

  // Without script: what stays hidden is a convenience, and every form can be sent.
  const plain = () => {
    const out = [];
    if (!texts(document.querySelector('main')).length) out.push('empty page');
    for (const el of document.querySelectorAll('[hidden]')) {
      if (el.querySelector('a, select, textarea, input:not([type=hidden]), button:not([type=button])')) out.push(`stays hidden: ${name(el)}`);
    }
    for (const form of document.querySelectorAll('form')) {
      if (form.closest('dialog:not([open])')) continue; // opened by script only
      if (!form.getAttribute('action')) out.push(`goes nowhere: ${name(form)}`);
      if (!form.querySelector('button:not([type=button]), input[type=submit]')) out.push(`cannot be sent: ${name(form)}`);
    }
    return uniq(out);
  };

  const open = () => { for (const el of document.querySelectorAll('main details')) el.open = true; };
  const big = size => { document.documentElement.style.fontSize = size; };
  window.look = { alike, layout, touch, screen, paper, motion, plain, open, big };
})();
