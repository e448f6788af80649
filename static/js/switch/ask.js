// What leads to another conversation is asked for at the press, and shown in this page once it is there. Whatever is unexpected
// leads to an ordinary navigation, as without this file.
// Emits: chat:switch {address, fresh, back}. Listens to: chat:begun, chat:arrive.

const WITHIN_MS = 5000;
const PRESSED_MS = 2000; // a click that comes later asks anew
const ADDRESS = /^\/(?:c\/[0-9a-f-]{36}\/)?(?:\?list=[\w-]+)?$/;
const HERE = { headers: { "Chat-Switch": "here", "HX-Request": "true" } };

const page = document.querySelector("[data-conversation]").dataset;
const list = document.querySelector("[data-list]");
const box = document.querySelector("#prompt");
const requests = new Set(); // of htmx: what they bring is for the conversation that is shown
const current = () => location.pathname + location.search;
let shown = current(); // what this page shows, while the address may be ahead of it
let pressed = null; // {address, fresh, at}
let turn = 0; // of what was chosen last

const isPlain = ({ button, ctrlKey, metaKey, shiftKey, altKey }) => !button && !ctrlKey && !metaKey && !shiftKey && !altKey;
const isLoaded = (file) => document.querySelector(`[src="${file}"], [href="${file}"]`);

/** True if it is a conversation or a new one, next to the list that this page shows, and the page can show it. */
function isNear({ origin, pathname, search, searchParams, hash }) {
  const scope = searchParams.get("list") ?? "";
  return page.socket && origin === location.origin && ADDRESS.test(pathname + search) && !hash && scope === list.dataset.scope;
}

function near(event) {
  const link = isPlain(event) && event.target.closest?.("a[href]:not([target], [download], [hx-get])");
  const url = link && new URL(link.href);
  return url && isNear(url) ? url.href : null;
}

/** A document with the title and the main part of that page; null if it is not to be had, or of another version of the site. */
async function ask(address) {
  try {
    const reply = await fetch(address, { ...HERE, signal: AbortSignal.timeout(WITHIN_MS) });
    const files = reply.headers.get("Chat-Files")?.split(" ") ?? [];
    if (!reply.ok || reply.redirected || !files.length || !files.every(isLoaded)) return null;
    return new DOMParser().parseFromString(await reply.text(), "text/html");
  } catch {
    return null;
  }
}

/** Meanwhile nothing is written to the conversation that is left. */
function waits(on) {
  document.body.toggleAttribute("data-waits", on);
  box.readOnly = on;
}

function isBusy() {
  for (const request of requests) if (request.readyState === XMLHttpRequest.DONE) requests.delete(request);
  return requests.size > 0;
}

/** Shows it, or else calls `otherwise`; does nothing if something else was chosen meanwhile. */
async function go(address, asked, back, otherwise) {
  const mine = ++turn;
  waits(true);
  const fresh = await asked;
  if (mine !== turn) return;
  waits(false);
  const detail = { address, fresh, back };
  if (!fresh || isBusy() || document.dispatchEvent(new CustomEvent("chat:switch", { cancelable: true, detail }))) otherwise();
}

document.addEventListener("pointerdown", (event) => {
  const address = near(event);
  pressed = address && { address, fresh: ask(address), at: performance.now() };
});
document.addEventListener("click", (event) => {
  const address = !event.defaultPrevented && window.htmx && near(event);
  if (!address) return;
  event.preventDefault();
  const isAsked = pressed?.address === address && performance.now() - pressed.at < PRESSED_MS;
  const asked = isAsked ? pressed.fresh : ask(address);
  pressed = null; // what a document holds moves into this page
  go(address, asked, false, () => location.assign(address));
});
addEventListener("popstate", () => {
  if (current() === shown) {
    turn += 1;
    return waits(false);
  }
  if (!isNear(new URL(location.href.split("#")[0]))) return location.reload();
  return go(location.href, ask(location.href), true, () => location.reload());
});
document.addEventListener("htmx:beforeSend", ({ target, detail }) => {
  if (detail.requestConfig.verb !== "get" || !target.closest("#sidebar, dialog")) requests.add(detail.xhr);
});
document.addEventListener("chat:begun", () => { shown = current(); });
document.addEventListener("chat:arrive", () => { shown = current(); });
