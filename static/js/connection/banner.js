// The quiet banner: what keeps this page from showing where the thread stands, and the way on.
// Hears: chat:open, chat:closed {code}, chat:reached {by}, chat:unreached {status, over}, chat:stale.

const QUIET_MS = 1000;
const NO_SOCKET_HERE_AFTER = 3; // tries, none of which opened

const SIGNED_OUT = { text: "You are signed out.", link: "Sign in to go on." };
const DELETED = { text: "This conversation was deleted.", link: "Start a new one", href: "/" };
const RELOAD = { link: "Reload it", href: location.href };
const OUT_OF_DATE = { text: "This page is out of date.", ...RELOAD };
const FAILED = { text: "The server cannot show this conversation just now. All of it is kept.", link: "Try again", href: location.href };
const FULL = { text: "Too many pages are open, so this one is brought up to date every few seconds." };
const BY_GET = { text: "Reconnecting… Until then this page is brought up to date every few seconds." };
const NO_SOCKET = { text: "A live connection does not get through here, so this page is brought up to date every few seconds." };
const ELSEWHERE = { text: "This page is brought up to date every few seconds. Live text needs the site's own address:" };
const RECONNECTING = { text: "Reconnecting…" };
const FOR_GOOD = { 4400: OUT_OF_DATE, 4401: SIGNED_OUT, 4404: DELETED, 401: SIGNED_OUT, 404: DELETED };

const banner = document.querySelector("[data-connection]");
const signIn = `${banner.dataset.login}?next=${encodeURIComponent(location.pathname)}`;
const right = banner.dataset.address; // where it is open under another one
let timer = null;
let code = null; // of the close, while nothing is open
let opened = false;
let inVain = 0;
let byGet = false;
let trouble = null; // what no connection mends

function sentence() {
  if (trouble) return trouble;
  if (code === null) return null;
  if (!byGet) return RECONNECTING;
  if (right) return { ...ELSEWHERE, link: right, href: `${right}${location.pathname}` };
  if (code === 4008) return FULL;
  return opened || inVain < NO_SOCKET_HERE_AFTER ? BY_GET : NO_SOCKET;
}

function draw() {
  timer = null;
  const now = sentence();
  banner.hidden = !now;
  const { text = "", link = "", href = signIn } = now ?? {};
  if (banner.textContent === [text, link].filter(Boolean).join(" ")) return; // it was read out already
  const way = Object.assign(document.createElement("a"), { href, textContent: link });
  banner.replaceChildren(text, ...(link ? [" ", way] : []));
}

/** A connection that is back at once was never missed. */
function soon() {
  if (banner.hidden && !trouble) timer ??= setTimeout(draw, QUIET_MS);
  else draw();
}

function now() {
  clearTimeout(timer);
  draw();
}

document.addEventListener("chat:open", () => {
  [code, opened, inVain] = [null, true, 0];
  if (trouble !== DELETED) trouble = null;
  now();
});
document.addEventListener("chat:closed", ({ detail }) => {
  code = detail.code;
  inVain += 1;
  trouble = FOR_GOOD[code] ?? trouble;
  soon();
});
document.addEventListener("chat:reached", ({ detail }) => {
  byGet = detail.by === "get";
  if (trouble !== OUT_OF_DATE) trouble = null;
  if (code !== null) soon();
  else now();
});
document.addEventListener("chat:unreached", ({ detail }) => {
  byGet = false;
  trouble = FOR_GOOD[detail.status] ?? (detail.over ? FAILED : trouble);
  soon();
});
document.addEventListener("chat:stale", () => {
  trouble = OUT_OF_DATE;
  now();
});
