// The page's one socket. It is opened again after every close, except after close codes that are final. Where the conversation
// is gone it is tried again while somebody looks, for it may be restored from the trash.
// Emits: chat:open, chat:message {text, by}, chat:closed {code}. Listens to: chat:say {type, …}, chat:renew, chat:reached {by},
// chat:arrive.

const FINAL = [4400, 4401, 4403]; // bad message, signed out, another role
const GONE = 4404;
const RESTORED_WITHIN_MS = 4000;
const WHEN_SHOWN = [4008, 4500]; // too many sockets, or an error of the server: again when somebody looks at the page
const AT_ONCE = [4408]; // the page was asleep and did not read
const FIRST_MS = 500;
const LONGEST_MS = 4000;
const LONGEST_HIDDEN_MS = 30_000;
const OPEN_WITHIN_MS = 5000;
const STEADY_MS = 5000; // after a connection that lasted so long the next try comes at once

const page = document.querySelector("[data-conversation]").dataset;
const address = () => Object.assign(new URL(page.socket, location.href), { protocol: location.protocol.replace("http", "ws") });
let socket = null;
let timer = null;
let tries = 0;
let since = Infinity; // when it opened
let closed = null; // the code, while no socket is open and no try is scheduled

const emit = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

/** A new socket instead of the old one, whose events are ignored from now on. */
function open() {
  clearTimeout(timer);
  const old = socket;
  const mine = socket = new WebSocket(address());
  old?.close();
  closed = null;
  timer = setTimeout(() => mine === socket && closedWith(1006), OPEN_WITHIN_MS);
  mine.addEventListener("open", () => {
    if (mine !== socket) return mine.close();
    clearTimeout(timer);
    since = performance.now();
    emit("chat:open");
  });
  mine.addEventListener("message", ({ data }) => {
    if (mine === socket) emit("chat:message", { text: data, by: "socket" });
  });
  mine.addEventListener("close", ({ code }) => mine === socket && closedWith(code));
}

function closedWith(code) {
  clearTimeout(timer);
  const old = socket;
  socket = null;
  old?.close();
  if (performance.now() - since > STEADY_MS) tries = 0;
  const waits = code === GONE && document.hidden;
  if (FINAL.includes(code) || WHEN_SHOWN.includes(code) || waits) closed = code;
  else if (code === GONE) timer = setTimeout(open, RESTORED_WITHIN_MS);
  else timer = setTimeout(open, AT_ONCE.includes(code) ? 0 : backoffMs());
  emit("chat:closed", { code });
}

function backoffMs() {
  const longest = document.hidden ? LONGEST_HIDDEN_MS : LONGEST_MS;
  return Math.min(longest, FIRST_MS * 2 ** tries++ * (0.75 + Math.random() / 2));
}

/** Who looks at the page again, or has a network again, does not wait for the next try. */
function openNow() {
  if (!page.socket || document.hidden || socket || FINAL.includes(closed)) return;
  tries = 0;
  open();
}

document.addEventListener("chat:say", ({ detail }) => {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(detail));
});
document.addEventListener("chat:arrive", () => {
  tries = 0;
  since = Infinity;
  open();
});
document.addEventListener("chat:renew", () => socket && closedWith(1006));
document.addEventListener("chat:reached", ({ detail }) => detail.by === "get" && closed === 4401 && open());
for (const name of ["visibilitychange", "resume"]) document.addEventListener(name, openNow);
for (const name of ["online", "pageshow"]) addEventListener(name, openNow);

if (page.socket) open();
