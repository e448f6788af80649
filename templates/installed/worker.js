// Answers navigations that found no network, with a page that says so. It keeps that page and what it is shown with, nothing
// else, and answers nothing else.
{% autoescape off %}
const PAGE = {{ page }};
const KEPT = {{ kept }};
{% endautoescape %}
const NAME = `offline ${KEPT.join(" ")}`;

/** Without cookies: the page is the same for everybody, and nothing of a person is kept. */
async function keep() {
  const cache = await caches.open(NAME);
  await cache.addAll(KEPT.map((address) => new Request(address, { credentials: "omit", cache: "reload" })));
  await self.skipWaiting();
}

async function begin() {
  for (const name of await caches.keys()) if (name !== NAME) await caches.delete(name);
  await self.registration.navigationPreload?.enable(); // the worker's own start keeps no page waiting
  await self.clients.claim();
}

/** The page, or a file of it, as it was kept; else what the network says. */
async function answer(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch (failure) {
    const page = await caches.match(PAGE, { cacheName: NAME });
    if (page) return page;
    throw failure;
  }
}

/** Files of the page for no network, while there is none; a page that has a network never asks here. */
async function file(request) {
  try {
    return await fetch(request);
  } catch (failure) {
    const kept = await caches.match(request, { cacheName: NAME });
    if (kept) return kept;
    throw failure;
  }
}

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(answer(event));
  else if (KEPT.includes(new URL(request.url).pathname)) event.respondWith(file(request));
});
