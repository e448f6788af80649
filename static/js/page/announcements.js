// One polite line for screen readers when an answer starts, goes on, stops or ends; never its text word by word.
// What it says of an end is what the answer's own bar says. Hears: chat:status, chat:announce {text}.

const line = document.querySelector("[data-live]");
const thread = document.getElementById("thread");
const seen = () => ({ ...(thread.lastElementChild?.dataset ?? {}) });
const words = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";
let before = seen();

function say(text) {
  if (line.textContent === text) line.textContent = "";
  requestAnimationFrame(() => { line.textContent = text; });
}

function ending(article, status) {
  if (status === "cancelled") return "The answer was stopped.";
  const why = words(article.querySelector("[data-why]")) || words(article.querySelector(".answer__empty"));
  return why || (status === "finished" ? "The answer is complete." : "The answer broke off.");
}

/** Another branch has come in the place of the one that was shown. */
function switched(article) {
  return article.querySelector(".siblings")?.getAttribute("aria-label") ?? "";
}

function told(article, now) {
  const same = now.message === before.message;
  if (now.status === "running") return same ? "The answer goes on." : "The answer is being written.";
  if (same && Number(now.generation) < Number(before.generation)) return "The resume was undone.";
  const isAnother = !same && before.role === "assistant" && !document.getElementById(`message-${before.message}`);
  return isAnother ? switched(article) : ending(article, now.status);
}

function look() {
  const now = seen();
  if (now.role !== "assistant") return;
  const same = now.message === before.message && now.generation === before.generation;
  if (same && now.status === before.status) return;
  const article = thread.lastElementChild;
  if (now.status !== "running" && !article.querySelector(".foot__facts")) return; // how it ended has not come yet
  const text = told(article, now);
  before = now;
  if (text) say(text);
}

document.addEventListener("chat:status", look);
document.addEventListener("chat:announce", ({ detail }) => say(detail.text));
document.addEventListener("htmx:load", ({ target }) => {
  if (target !== document.body) look();
});
