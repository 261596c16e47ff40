// Shows notifications, and opens the page when one is tapped. No page and no data is kept or fetched here.
'use strict';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', e => e.waitUntil(self.clients.claim()));
self.addEventListener('notificationclick', e => {
  e.notification.close();
  e.waitUntil(open(e.notification.data.url));
});

async function open(url) {
  const there = new URL(url, self.location).href;
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = pages.find(p => p.url.split('#')[0] === there);
  return page ? page.focus() : self.clients.openWindow(there);
}
