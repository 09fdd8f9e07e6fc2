// The service worker of the door: keeps the empty frame and what it is made of, and gives it when there is no network. What is
// kept is named by its contents (DOOR, written before this file by the server); pages with people in them are never kept.
const CACHE = `tpbis-door-${DOOR.language}-${DOOR.version}`;
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(DOOR.kept)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith(`tpbis-door-${DOOR.language}-`) && name !== CACHE;
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) { return; }
  if (event.request.mode === "navigate") {
    event.respondWith(page(event.request));
  } else if (DOOR.kept.includes(address.pathname + address.search)) {
    event.respondWith(caches.match(event.request, { cacheName: CACHE }).then((kept) => kept || fetch(event.request)));
  }
});

// A page comes from the server while it answers in time, whatever it says; else the frame that was kept.
async function page(request) {
  const stop = new AbortController();
  const patience = setTimeout(() => stop.abort(), PATIENCE);
  try {
    return await fetch(request, { signal: stop.signal });
  } catch (silence) {
    const frame = await caches.match(DOOR.frame, { cacheName: CACHE });
    return frame || Response.error();
  } finally {
    clearTimeout(patience);
  }
}
