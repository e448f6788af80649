// Announcements for screen readers: that an answer starts, continues, stops or ends; never its text word by word.
// How it ended is said in the words of the bar below the answer. Listens to: chat:status, chat:announce {text},
// chat:arrive.

const line = document.querySelector("[data-live]");
const thread = document.getElementById("thread");
const state = () => ({ ...(thread.lastElementChild?.dataset ?? {}) });
const words = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";
let before = state();

function say(english) {
  const text = document.text(english);
  if (line.textContent === text) line.textContent = "";
  requestAnimationFrame(() => { line.textContent = text; });
}

function ending(article, status) {
  if (status === "cancelled") return "The answer was stopped.";
  const why = words(article.querySelector("[data-why]")) || words(article.querySelector(".answer__empty"));
  return why || (status === "finished" ? "The answer is complete." : "The answer was interrupted.");
}

/** Another branch is shown now. */
function branchName(article) {
  return article.querySelector(".siblings")?.getAttribute("aria-label") ?? "";
}

function sentence(article, now) {
  const same = now.message === before.message;
  if (now.status === "running") return same ? "The answer continues." : "The answer is being written.";
  if (same && Number(now.generation) < Number(before.generation)) return "The resume was undone.";
  const isAnother = !same && before.role === "assistant" && !document.getElementById(`message-${before.message}`);
  return isAnother ? branchName(article) : ending(article, now.status);
}

function announce() {
  const now = state();
  if (now.role !== "assistant") return;
  const same = now.message === before.message && now.generation === before.generation;
  if (same && now.status === before.status) return;
  const article = thread.lastElementChild;
  if (now.status !== "running" && !article.querySelector(".foot__facts")) return; // the bar that says how it ended has not come yet
  const text = sentence(article, now);
  before = now;
  if (text) say(text);
}

document.addEventListener("chat:arrive", () => { before = state(); });
document.addEventListener("chat:status", announce);
document.addEventListener("chat:announce", ({ detail }) => say(detail.text));
document.addEventListener("htmx:load", ({ target }) => {
  if (target !== document.body) announce();
});
