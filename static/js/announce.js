// One polite line for screen readers when an answer starts, goes on, stops or ends; never its text word by word.
// Hears: chat:status, chat:announce {text}.

const ENDS = { finished: "The answer is complete.", cancelled: "The answer was stopped." };
const BROKE_OFF = "The answer broke off.";

const line = document.querySelector("[data-live]");
const thread = document.getElementById("thread");
const seen = () => ({ ...(thread.lastElementChild?.dataset ?? {}) });
let before = seen();

function say(text) {
  if (line.textContent === text) line.textContent = "";
  requestAnimationFrame(() => { line.textContent = text; });
}

function look() {
  const now = seen();
  const same = now.message === before.message;
  const resumed = same && now.generation !== before.generation;
  const changed = !same || resumed || now.status !== before.status;
  before = now;
  if (now.role !== "assistant" || !changed) return;
  if (now.status === "running") say(resumed ? "The answer goes on." : "The answer is being written.");
  else say(ENDS[now.status] ?? (thread.lastElementChild.querySelector("[data-why]")?.textContent.trim() || BROKE_OFF));
}

document.addEventListener("chat:status", look);
document.addEventListener("chat:announce", ({ detail }) => say(detail.text));
document.addEventListener("htmx:load", ({ target }) => {
  if (target !== document.body) look();
});
