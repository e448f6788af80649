// The connection banner: why this page may not show the current state of its thread, and a link that helps.
// Listens to: chat:arrive, chat:open, chat:closed {code}, chat:reached {by}, chat:unreached {status, over}, chat:stale.

const QUIET_MS = 1000;
const NO_SOCKET_HERE_AFTER = 3; // failed tries in a row

const SIGNED_OUT = { text: "You are signed out.", link: "Sign in to continue." };
const DELETED = { text: "This conversation was deleted. Until it is restored from the trash nothing can be added.", link: "Start a new one", href: "/" };
const OUT_OF_DATE = { text: "This page is out of date.", link: "Reload it", href: "" };
const FAILED = { text: "The server cannot show this conversation just now. All of it is kept.", link: "Try again", href: "" };
const FULL = { text: "Too many pages are open, so this one is brought up to date every few seconds." };
const BY_GET = { text: "Reconnecting… Until then this page is brought up to date every few seconds." };
const NO_SOCKET = { text: "A live connection does not get through here, so this page is brought up to date every few seconds." };
const ELSEWHERE = { text: "This page is brought up to date every few seconds. Live text needs the site's own address:" };
const RECONNECTING = { text: "Reconnecting…" };
const LASTING = { 4400: OUT_OF_DATE, 4401: SIGNED_OUT, 4403: OUT_OF_DATE, 4404: DELETED, 401: SIGNED_OUT, 404: DELETED };

const banner = document.querySelector("[data-connection]");
const signIn = () => `${banner.dataset.login}?next=${encodeURIComponent(location.pathname)}`;
const right = banner.dataset.address; // of the site, if the page was opened under another one
let timer = null;
let code = null; // of the last close, while the socket is not open
let opened = false;
let failedTries = 0;
let byGet = false;
let trouble = null; // a sentence for what no new connection fixes

function sentence() {
  if (trouble) return trouble;
  if (code === null) return null;
  if (!byGet) return RECONNECTING;
  if (right) return { ...ELSEWHERE, link: right, href: `${right}${location.pathname}` };
  if (code === 4008) return FULL;
  return opened || failedTries < NO_SOCKET_HERE_AFTER ? BY_GET : NO_SOCKET;
}

function draw() {
  timer = null;
  const current = sentence();
  banner.hidden = !current;
  const { href = signIn() } = current ?? {};
  const [text, link] = [current?.text ?? "", current?.link ?? ""].map(document.text);
  if (banner.textContent !== [text, link].filter(Boolean).join(" ")) { // else screen readers have read it already
    banner.replaceChildren(text, ...(link ? [" ", Object.assign(document.createElement("a"), { textContent: link })] : []));
  }
  if (link) banner.querySelector("a").href = href; // a conversation begins in the page
}

/** A connection that is back within a second is not mentioned. */
function drawSoon() {
  if (banner.hidden && !trouble) timer ??= setTimeout(draw, QUIET_MS);
  else draw();
}

function drawNow() {
  clearTimeout(timer);
  draw();
}

document.addEventListener("chat:arrive", () => {
  [code, opened, failedTries, byGet, trouble] = [null, false, 0, false, null];
  drawNow();
});
document.addEventListener("chat:open", () => {
  [code, opened, failedTries] = [null, true, 0];
  if (trouble !== DELETED) trouble = null;
  drawNow();
});
document.addEventListener("chat:closed", ({ detail }) => {
  code = detail.code;
  failedTries += 1;
  trouble = LASTING[code] ?? trouble;
  drawSoon();
});
document.addEventListener("chat:reached", ({ detail }) => {
  byGet = detail.by === "get";
  if (trouble !== OUT_OF_DATE) trouble = null;
  if (code !== null) drawSoon();
  else drawNow();
});
document.addEventListener("chat:unreached", ({ detail }) => {
  byGet = false;
  trouble = LASTING[detail.status] ?? (detail.over ? FAILED : trouble);
  drawSoon();
});
document.addEventListener("chat:stale", () => {
  trouble = OUT_OF_DATE;
  drawNow();
});
