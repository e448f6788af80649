// The page's one socket. It is opened again after every close but those that mean never.
// Speaks: chat:open, chat:message {text, by}, chat:closed {code}. Hears: chat:say {type, …}, chat:renew, chat:reached {by}.

const NEVER = [4400, 4401, 4404]; // it sends nonsense, is signed out, has no conversation
const LATER = [4008, 4500]; // no room for it, or nothing can be shown over it: once it is looked at again
const AT_ONCE = [4408]; // it slept, and is awake
const FIRST_MS = 500;
const LONGEST_MS = 4000;
const LONGEST_HIDDEN_MS = 30_000;
const OPEN_WITHIN_MS = 5000;
const STEADY_MS = 5000; // one that lasts so long is worth another at once

const { socket: path } = document.querySelector("[data-conversation]").dataset;
const address = path && Object.assign(new URL(path, location.href), { protocol: location.protocol.replace("http", "ws") });
let socket = null;
let timer = null;
let tries = 0;
let since = Infinity; // when it opened
let closed = null; // the code, while nothing is open and no time is set

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

/** Another socket in the place of the one there is, of which nothing more is heard. */
function open() {
  clearTimeout(timer);
  const old = socket;
  const mine = socket = new WebSocket(address);
  old?.close();
  closed = null;
  timer = setTimeout(() => mine === socket && lose(1006), OPEN_WITHIN_MS);
  mine.addEventListener("open", () => {
    if (mine !== socket) return mine.close();
    clearTimeout(timer);
    since = performance.now();
    tell("chat:open");
  });
  mine.addEventListener("message", ({ data }) => {
    if (mine === socket) tell("chat:message", { text: data, by: "socket" });
  });
  mine.addEventListener("close", ({ code }) => mine === socket && lose(code));
}

function lose(code) {
  clearTimeout(timer);
  const old = socket;
  socket = null;
  old?.close();
  if (performance.now() - since > STEADY_MS) tries = 0;
  if (NEVER.includes(code) || LATER.includes(code)) closed = code;
  else timer = setTimeout(open, AT_ONCE.includes(code) ? 0 : pause());
  tell("chat:closed", { code });
}

function pause() {
  const longest = document.hidden ? LONGEST_HIDDEN_MS : LONGEST_MS;
  return Math.min(longest, FIRST_MS * 2 ** tries++ * (0.75 + Math.random() / 2));
}

/** Whoever looks at the page, or has a network again, need not wait for the next try. */
function hurry() {
  if (!address || document.hidden || socket || NEVER.includes(closed)) return;
  tries = 0;
  open();
}

document.addEventListener("chat:say", ({ detail }) => {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(detail));
});
document.addEventListener("chat:renew", () => socket && lose(1006));
document.addEventListener("chat:reached", ({ detail }) => detail.by === "get" && closed === 4401 && open());
for (const name of ["visibilitychange", "resume"]) document.addEventListener(name, hurry);
for (const name of ["online", "pageshow"]) addEventListener(name, hurry);

if (address) open();
