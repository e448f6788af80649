// The heartbeat: asks for the state of the thread, so that no page stays out of date; over the socket, or by GET where that
// is silent.
// Emits: chat:say {type}, chat:get {now}, chat:renew, chat:reached {by}.
// Listens to: chat:arrive, chat:open, chat:follow, chat:closed, chat:message {by}, chat:stands {by}, chat:ask, chat:reached {by}, chat:unreached {over}.

const EVERY_MS = 4000; // with the waits below, a page that missed something shows it in less than 8 s
const BY_GET_EVERY_MS = 2500;
const HIDDEN_EVERY_MS = 20_000;
const ANSWER_WITHIN_MS = 2000;
const LOOKED_AT_WITHIN_MS = 500;
const GONE = 4404;

const page = document.querySelector("[data-conversation]").dataset;
let open = false;
let heard = 0; // messages from the socket
let waiting = null; // timer of a question that is not answered yet
let heardBefore = null; // `heard` when the question was asked that was not answered in time
let next = null;
let gone = false; // the conversation, as the socket said last

const emit = (name, detail = {}) => document.dispatchEvent(new CustomEvent(name, { detail }));

function schedule() {
  clearTimeout(next);
  next = setTimeout(ask, document.hidden ? HIDDEN_EVERY_MS : open ? EVERY_MS : BY_GET_EVERY_MS);
}

function ask() {
  schedule();
  if (!open) emit("chat:get");
  else if (waiting === null) wait(ANSWER_WITHIN_MS);
}

function wait(ms) {
  clearTimeout(waiting);
  const before = heard;
  waiting = setTimeout(() => {
    waiting = null;
    heardBefore = before;
    emit("chat:get", { now: true });
  }, ms);
  emit("chat:say", { type: "ask" });
}

function answered({ detail }) {
  if (detail.by === "get") return;
  clearTimeout(waiting);
  waiting = heardBefore = null;
  emit("chat:reached", { by: "socket" });
}

/** A socket that was silent until a GET ended is replaced. */
function renewIfSilent() {
  if (open && heard === heardBefore) emit("chat:renew");
  heardBefore = null;
}

/** Nothing is asked about what is gone. */
function rest() {
  for (const timer of [next, waiting]) clearTimeout(timer);
  waiting = null;
}

/** The socket of the conversation that is shown now is not open yet. */
function begin() {
  rest();
  open = gone = false;
  heardBefore = null;
  schedule();
}

function askNow() {
  if (document.hidden || gone) return;
  if (open) wait(LOOKED_AT_WITHIN_MS);
  else emit("chat:get", { now: true });
}

if (page.standing) {
  document.addEventListener("chat:arrive", begin);
  document.addEventListener("chat:open", () => { open = true; schedule(); if (gone) wait(ANSWER_WITHIN_MS); });
  document.addEventListener("chat:closed", ({ detail }) => { open = false; gone = detail.code === GONE; gone ? rest() : ask(); });
  document.addEventListener("chat:message", ({ detail }) => { heard += detail.by === "socket"; });
  document.addEventListener("chat:stands", answered);
  document.addEventListener("chat:ask", ask);
  document.addEventListener("chat:follow", () => open || emit("chat:get"));
  document.addEventListener("chat:reached", ({ detail }) => { if (detail.by === "get") { renewIfSilent(); schedule(); } });
  document.addEventListener("chat:unreached", ({ detail }) => { renewIfSilent(); if (detail.over) clearTimeout(next); else schedule(); });
  for (const name of ["visibilitychange", "resume"]) document.addEventListener(name, askNow);
  for (const name of ["online", "pageshow"]) addEventListener(name, ({ persisted }) => persisted === false || askNow());
  schedule();
}
