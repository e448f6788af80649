// The quiet banner of a lost connection, and how soon to try again.

const RECONNECTED_BY_HTMX = [1006, 1011, 1012, 1013];
const QUIET_MS = 1000;
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

const banner = document.querySelector("[data-connection]");
let timer = null;
let lost = null;

htmx.config.wsReconnectDelay = (tries) => Math.min(LONGEST_MS, FIRST_MS * 2 ** tries * (0.75 + Math.random() / 2));

// Quietly: the close that follows an error says all there is to say.
htmx.createWebSocket = (url) => {
  const socket = new WebSocket(url);
  socket.addEventListener("error", (event) => event.stopImmediatePropagation());
  return socket;
};

function show(text, linkText = "", href = "") {
  const link = Object.assign(document.createElement("a"), { href, textContent: linkText });
  banner.replaceChildren(text, ...(linkText ? [" ", link] : []));
  banner.hidden = false;
}

function hide() {
  clearTimeout(timer);
  timer = null;
  lost = null;
  banner.hidden = true;
  banner.replaceChildren();
}

document.addEventListener("htmx:wsOpen", hide);
document.addEventListener("htmx:wsClose", ({ detail }) => {
  const { code } = detail.event;
  lost = detail.socketWrapper;
  if (code === 4401) show("You are signed out.", "Sign in to go on.", banner.dataset.login);
  else if (code === 4008) show("Too many tabs are open, so this one sleeps.", "Wake it", location.href);
  else if (code === 4408) lost.reconnect(); // a page that slept and is awake again
  else if (RECONNECTED_BY_HTMX.includes(code)) timer ??= setTimeout(show, QUIET_MS, "Reconnecting…");
  else timer ??= setTimeout(show, QUIET_MS, "This page is not connected.", "Reload it", location.href);
});

// A laptop that wakes up need not wait for the next try.
addEventListener("online", () => lost?.reconnect());
