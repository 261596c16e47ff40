// Pages of a day: the clock and every countdown run on, the page asks for news, and a new reminder is heard and seen.
// Loaded after ui.js. Without it the page shows what was true when it was loaded.
'use strict';

const MINUTE = 60000;
const beat = () => one(document, '[data-beat]');

// The day's clock: the server's reading, carried on by this page's own stopwatch and set again by every answer.
let set = { at: 0, mono: 0 };
const setClock = (text, mono) => { set = { at: Date.parse(text), mono }; };
const now = () => set.at + performance.now() - set.mono;
const whole = ms => Math.floor(ms / MINUTE) * MINUTE;

// How app/web/show.py says how long something is.
function span(words, ms) {
  let minutes = Math.floor(Math.abs(ms) / MINUTE);
  if (minutes >= 2880) {
    const days = Math.floor(minutes / 1440);
    const form = new Intl.PluralRules(document.documentElement.lang).select(days);
    return (words.days[form] || words.days.other).replace('{d}', days);
  }
  const hours = Math.floor(minutes / 60);
  minutes %= 60;
  const shape = hours && minutes ? words.both : hours ? words.hours : words.minutes;
  return shape.replace('{h}', hours).replace('{m}', minutes);
}

// Everything that tells how long; true when a moment that was counted to has come.
function run() {
  const minute = whole(now()), words = JSON.parse(beat().dataset.words);
  let come = false;
  all(document, '[data-until], [data-since]').forEach(x => {
    const ahead = Date.parse(x.dataset.until || x.dataset.since) - minute;
    if (x.dataset.until && ahead <= 0) { come = true; return; }
    const text = x.dataset.say.replace('{span}', span(words, ahead));
    if (x.textContent !== text) x.textContent = text;
  });
  const mark = one(document, '[data-first]');
  if (mark) {
    const first = Date.parse(mark.dataset.first), part = (minute - first) / (Date.parse(mark.dataset.last) - first);
    const x = 8 + 344 * part;
    mark.setAttribute('visibility', part >= 0 && part <= 1 ? 'visible' : 'hidden');
    one(mark, 'path').setAttribute('d', `M${x.toFixed(1)} 14V45`);
    one(mark, 'text').setAttribute('x', Math.min(Math.max(x, 22), 338).toFixed(1));
    one(mark, 'text').textContent = shown();
  }
  return come;
}

let shift = 0; // of the centre's clock, in seconds; the server's words, for the device may be anywhere
function shown() {
  const s = Math.floor(now() / 1000) + shift, day = 86400, t = ((s % day) + day) % day;
  return `${String(Math.floor(t / 3600)).padStart(2, '0')}:${String(Math.floor(t / 60) % 60).padStart(2, '0')}`;
}

function clock() {
  const [h, m] = beat().dataset.clock.split(':').map(Number);
  shift = h * 3600 + m * 60 - Math.floor(whole(Date.parse(beat().dataset.at)) / 1000) % 86400;
}

// How long something lasts, to the second; as app/web/outage_words.py stopwatch.
const two = n => String(n).padStart(2, '0');
function lasts(ms) {
  const s = Math.max(0, Math.floor(ms / 1000)), hours = Math.floor(s / 3600);
  return `${hours ? `${hours}:` : ''}${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}
const timers = () => all(document, '[data-timer]').forEach(x => { x.textContent = lasts(now() - Date.parse(x.dataset.timer)); });

// The page asks for news, and says since when nobody has answered. A hidden page asks nothing and catches up as soon as
// it is seen. The server answers 304 while nothing has changed, and does not count these as somebody's use. What
// somebody is using just now is left alone until they are done; a reminder is heard all the same.
function live() {
  setClock(beat().dataset.at, performance.now());
  clock();
  let tag = beat().dataset.tag, timer = 0, asking = false, known = '', minute = 0, waits = null;
  const url = beat().dataset.url;
  const told = () => one(document, '[data-lost]');
  const heard = () => { known = shown(); told().hidden = true; one(told(), '[data-text]').textContent = ''; };
  const lost = () => {
    if (!told().hidden) return;
    const words = one(told(), '[data-text]');
    told().hidden = false;
    words.textContent = words.dataset.text.replace('{time}', known);
  };
  const put = fresh => {
    waits = null;
    for (const part of ['[data-beat]', '[data-live]']) {
      const old = one(document, part), piece = one(fresh, part);
      if (!old || !piece || old === piece) continue;
      if ('keyed' in piece.dataset) { merge(old, piece); continue; }
      if (old.contains(document.activeElement)) { waits = fresh; continue; }
      const open = new Set(all(old, 'details[open][id]').map(d => d.id));
      all(piece, 'details[id]').forEach(d => { d.open = open.has(d.id); });
      old.replaceWith(piece);
      start(piece);
    }
    document.dispatchEvent(new Event('fresh'));
    tick();
  };
  const tick = () => {
    all(document, '[data-face]').forEach(face => { if (face.textContent !== shown()) face.textContent = shown(); }); // a rehearsal has two
    return run();
  };
  const ask = async () => {
    clearTimeout(timer);
    if (!url || document.hidden || asking) return;
    asking = true;
    try {
      const headers = { Accept: 'text/html', 'If-None-Match': `"${tag}"`, 'X-Logbook-Poll': '1' };
      const sent = performance.now();
      const answer = await fetch(url, { headers, credentials: 'same-origin', cache: 'no-store', redirect: 'manual' });
      if (answer.type === 'opaqueredirect') location.reload(); // signed out: the page must not look alive
      if (answer.headers.get('X-Logbook-Now')) setClock(answer.headers.get('X-Logbook-Now'), (sent + performance.now()) / 2);
      measure(Number(answer.headers.get('X-Logbook-Time')), sent, performance.now());
      const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (fresh && one(fresh, '[data-beat]')) {
        tag = one(fresh, '[data-beat]').dataset.tag;
        alarm(one(fresh, '[data-beat]'));
        put(fresh);
      } else tick();
      if (answer.ok || answer.status === 304) heard();
      else lost();
    } catch { lost(); } // the clock goes on, the next try comes by itself
    asking = false;
    timer = setTimeout(ask, 1000 * Number(beat().dataset.beat));
  };
  setInterval(() => {
    timers();
    if (whole(now()) === minute) return;
    minute = whole(now());
    if (tick()) ask();
  }, 1000);
  document.addEventListener('focusout', () => setTimeout(() => { if (waits) put(waits); }, 0));
  if (!url) return;
  heard();
  timer = setTimeout(ask, 1000 * Number(beat().dataset.beat));
  document.addEventListener('visibilitychange', ask);
  window.addEventListener('offline', lost);
  window.addEventListener('pageshow', e => { if (e.persisted) ask(); });
  window.addEventListener('online', ask);
  alarm(beat());
}

// Children that have a key: those that say the same stay, others are replaced, and all come into the new order. The focus
// stays where it was: on the same link of the new piece. A piece that is keyed itself is merged in the same way.
function merge(old, fresh) {
  const known = new Map([...old.children].map(x => [x.dataset.key, x]));
  const focus = old.contains(document.activeElement) ? document.activeElement : null;
  const at = focus && focus.closest('[data-key]'), link = focus && focus.getAttribute('href');
  let place = old.firstElementChild;
  for (const piece of [...fresh.children]) {
    let mine = known.get(piece.dataset.key);
    known.delete(piece.dataset.key);
    if (!mine || !('keyed' in piece.dataset)) {
      if (!mine || !mine.isEqualNode(piece)) {
        if (mine && mine === place) place = mine.nextElementSibling;
        mine?.remove();
        mine = piece;
        start(mine);
      }
    } else merge(mine, piece);
    if (mine === place) place = mine.nextElementSibling;
    else old.insertBefore(mine, place);
  }
  known.forEach(x => x.remove());
  if (!focus || document.activeElement === focus) return;
  const again = at && all(old, '[data-key]').find(x => x.dataset.key === at.dataset.key);
  (again && (all(again, 'a[href]').find(x => x.getAttribute('href') === link) || one(again, 'a[href]')))?.focus({ preventScroll: true });
}

// What this device remembers; nothing where the browser keeps nothing.
const memory = {
  get(name) { try { return localStorage.getItem(name); } catch { return null; } },
  put(name, value) { try { localStorage.setItem(name, value); } catch { /* it is told again on the next page */ } },
};

// Those of ``ids`` that no page of this device has told yet; from now on they are. One page at a time, where it can be.
function claim(ids) {
  const look = () => {
    const known = (memory.get('told') || '').split(' ');
    const fresh = ids.filter(id => !known.includes(id));
    if (fresh.length) memory.put('told', [...known, ...fresh].slice(-300).join(' '));
    return fresh;
  };
  return navigator.locks ? navigator.locks.request('logbook-told', look) : look();
}

const title = document.title;
async function alarm(el) {
  const count = Number(el.dataset.calls || 0);
  document.title = (count ? `(${count}) ` : '') + title;
  try {
    if (navigator.setAppBadge) await (count ? navigator.setAppBadge(count) : navigator.clearAppBadge());
  } catch { /* a page that is not installed has no badge */ }
  if (!count) { hush(el); return; }
  if (!(await claim(el.dataset.ids.split(' '))).length) return;
  const rang = memory.get('sound') !== 'off' && await ring();
  await notify(el, el.dataset.title, el.dataset.text, rang);
}

// Two calm tones, made here: no file has to come from anywhere. A browser plays them only after a tap on the page.
let audio = null;
const awake = async () => {
  const may = window.AudioContext && navigator.userActivation?.hasBeenActive !== false;
  if (may) {
    audio = audio || new AudioContext();
    await Promise.race([audio.resume(), new Promise(done => { setTimeout(done, 400); })]);
  }
  const runs = may && audio.state === 'running';
  one(document, '[data-mute]')?.toggleAttribute('hidden', runs);
  return runs;
};
async function ring() {
  if (!await awake()) return false;
  const tone = audio.createOscillator(), loudness = audio.createGain(), t = audio.currentTime;
  tone.frequency.setValueAtTime(784, t);
  tone.frequency.setValueAtTime(1047, t + 0.22);
  loudness.gain.setValueAtTime(0, t);
  for (const from of [0, 0.22]) {
    loudness.gain.linearRampToValueAtTime(0.35, t + from + 0.02);
    loudness.gain.linearRampToValueAtTime(0, t + from + 0.2);
  }
  tone.connect(loudness).connect(audio.destination);
  tone.start();
  tone.stop(t + 0.6);
  return true;
}

const able = () => window.isSecureContext && 'serviceWorker' in navigator && 'Notification' in window;
async function worker(el) {
  await navigator.serviceWorker.register(el.dataset.worker, { updateViaCache: 'none' });
  return navigator.serviceWorker.ready;
}
async function notify(el, heading, body, silent) {
  if (!able() || Notification.permission !== 'granted') return false;
  try {
    const data = { url: el.dataset.board };
    await (await worker(el)).showNotification(heading, {
      body, tag: el.dataset.day, renotify: true, silent, icon: el.dataset.icon, badge: el.dataset.icon, lang: document.documentElement.lang, data,
    });
    return true;
  } catch { return false; } // a certificate that the browser does not trust gives no service worker
}
async function hush(el) {
  if (!able() || Notification.permission !== 'granted') return;
  const there = await navigator.serviceWorker.getRegistration(el.dataset.worker);
  if (there) (await there.getNotifications({ tag: el.dataset.day })).forEach(n => n.close());
}

// "Test the alarm": plays, asks for the permission in this click, and says what works here and what does not.
function trial(root) {
  const done = memory.get('tried') === root.dataset.try;
  root.hidden = done && 'strip' in root.dataset;
  const say = key => all(root, '[data-result]').forEach(x => { if (x.dataset.result === key) x.hidden = false; });
  one(root, '[data-ring]').addEventListener('click', async () => {
    all(root, '[data-result]').forEach(x => { x.hidden = true; });
    const off = memory.get('sound') === 'off';
    const played = off ? false : ring();
    const asked = able() ? Notification.requestPermission() : 'absent';
    say(off ? 'sound-off' : await played ? 'sound' : 'sound-none');
    const answer = await asked;
    const text = one(root, '[data-note]').dataset;
    if (!window.isSecureContext) say('note-insecure');
    else if (answer === 'denied' || answer === 'default') say('note-denied');
    else say(answer === 'granted' && await notify(beat(), text.note, text.text, !off) ? 'note' : 'note-none');
    memory.put('tried', root.dataset.try);
  });
}
all(document, '[data-try]').forEach(trial);
all(document, '[data-sound]').forEach(x => {
  const say = () => { x.textContent = memory.get('sound') === 'off' ? x.dataset.off : x.dataset.on; };
  x.addEventListener('click', () => { memory.put('sound', memory.get('sound') === 'off' ? 'on' : 'off'); say(); });
  say();
});
for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, () => { if (!one(document, '[data-mute]:not([hidden])')) return; awake(); });

if (beat()) live();
