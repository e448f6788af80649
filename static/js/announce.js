// One polite line for screen readers when an answer starts, goes on, stops or ends; never its text word by word.
// Hears: chat:status, chat:announce {text}.

const ENDS = { finished: "The answer is complete.", cancelled: "The answer was stopped." };

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
  if (now.role !== "assistant") { before = now; return; }
  if (now.message === before.message && now.generation === before.generation && now.status === before.status) return;
  const resumed = now.message === before.message && now.generation !== before.generation;
  const started = now.status === "running" || now.message !== before.message || resumed;
  if (now.status === "running") say(resumed ? "The answer goes on." : "The answer is being written.");
  else if (ENDS[now.status] && (started || before.status === "running")) say(ENDS[now.status]);
  else say(thread.lastElementChild.querySelector(".cutbar__text")?.textContent.trim() || "The answer broke off.");
  before = now;
}

document.addEventListener("chat:status", look);
document.addEventListener("chat:announce", ({ detail }) => say(detail.text));
document.addEventListener("htmx:load", ({ target }) => {
  if (target !== document.body) look();
});
