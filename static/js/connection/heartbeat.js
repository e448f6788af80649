// Asks where the thread stands, so that no page stays behind: over the socket, and where that is silent by GET.
// Speaks: chat:say {type}, chat:get {now}, chat:renew, chat:reached {by}.
// Hears: chat:open, chat:closed, chat:message {by}, chat:stands {by}, chat:ask, chat:reached {by}, chat:unreached {over}.

const EVERY_MS = 4000; // with what follows, less than 8 s until a page that missed something shows it
const BY_GET_EVERY_MS = 2500;
const HIDDEN_EVERY_MS = 20_000;
const ANSWER_WITHIN_MS = 2000;
const LOOKED_AT_WITHIN_MS = 500;

const { standing } = document.querySelector("[data-conversation]").dataset;
let open = false;
let heard = 0; // messages of the socket
let waiting = null; // for the answer to a question
let doubted = null; // what was heard before a question that was not answered
let next = null;

const tell = (name, detail = {}) => document.dispatchEvent(new CustomEvent(name, { detail }));

function plan() {
  clearTimeout(next);
  next = setTimeout(ask, document.hidden ? HIDDEN_EVERY_MS : open ? EVERY_MS : BY_GET_EVERY_MS);
}

function ask() {
  plan();
  if (!open) tell("chat:get");
  else if (waiting === null) wait(ANSWER_WITHIN_MS);
}

function wait(ms) {
  clearTimeout(waiting);
  const before = heard;
  waiting = setTimeout(() => {
    waiting = null;
    doubted = before;
    tell("chat:get", { now: true });
  }, ms);
  tell("chat:say", { type: "ask" });
}

function answered({ detail }) {
  if (detail.by === "get") return;
  clearTimeout(waiting);
  waiting = doubted = null;
  tell("chat:reached", { by: "socket" });
}

/** A socket of which nothing was heard while a reply came, or none did, is of no use. */
function judge() {
  if (open && heard === doubted) tell("chat:renew");
  doubted = null;
}

function look() {
  if (document.hidden) return;
  if (open) wait(LOOKED_AT_WITHIN_MS);
  else tell("chat:get", { now: true });
}

if (standing) {
  document.addEventListener("chat:open", () => { open = true; plan(); });
  document.addEventListener("chat:closed", () => { open = false; ask(); });
  document.addEventListener("chat:message", ({ detail }) => { heard += detail.by === "socket"; });
  document.addEventListener("chat:stands", answered);
  document.addEventListener("chat:ask", ask);
  document.addEventListener("chat:reached", ({ detail }) => { if (detail.by === "get") { judge(); plan(); } });
  document.addEventListener("chat:unreached", ({ detail }) => { judge(); if (detail.over) clearTimeout(next); else plan(); });
  for (const name of ["visibilitychange", "resume"]) document.addEventListener(name, look);
  for (const name of ["online", "pageshow"]) addEventListener(name, ({ persisted }) => persisted === false || look());
  plan();
}
