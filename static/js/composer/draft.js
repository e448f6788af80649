// Drafts: what is typed but not sent is kept in this browser, for each person and conversation, through reloads, crashes
// and sign-outs. Where the browser stores nothing, the page works without drafts and says so once.
// Emits: chat:notice {text}. Listens to: chat:begun, chat:leave, chat:arrive.

const SAVE_AFTER_MS = 250;
const NOT_KEPT = "This browser keeps nothing for this site, so what you type is not kept as a draft.";

const box = document.querySelector("[data-compose] textarea[name=prompt]");
const page = document.querySelector("[data-conversation]").dataset;
const keyNow = () => `draft:${page.person}:${page.conversation || "new"}`;
let key = keyNow();
let timer = null;
let hasWarned = false;

/** Uses the browser's storage; null where it is full or refused. */
function attempt(use) {
  try {
    return use(localStorage);
  } catch {
    document.documentElement.toggleAttribute("data-no-drafts", true);
    return null;
  }
}

function warn() {
  if (hasWarned || !("noDrafts" in document.documentElement.dataset)) return;
  hasWarned = true;
  document.dispatchEvent(new CustomEvent("chat:notice", { detail: { text: NOT_KEPT } }));
}

function save() {
  clearTimeout(timer);
  timer = null;
  attempt((storage) => (box.value ? storage.setItem(key, box.value) : storage.removeItem(key)));
  warn();
}

function fill() {
  const draft = attempt((storage) => {
    const saved = storage.getItem(key);
    storage.setItem(key, saved ?? ""); // throws where the storage cannot be written to
    if (!saved) storage.removeItem(key);
    return saved;
  });
  if (!draft || box.value) return;
  box.value = draft;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** What was typed since belongs to the conversation that has begun here. */
document.addEventListener("chat:begun", () => {
  attempt((storage) => storage.removeItem(key));
  key = keyNow();
});
box.addEventListener("input", () => {
  warn();
  if (!box.value) save();
  else timer ??= setTimeout(save, SAVE_AFTER_MS);
});
document.addEventListener("chat:leave", () => timer && save());
document.addEventListener("chat:arrive", () => {
  key = keyNow();
  box.value = "";
  box.removeAttribute("aria-invalid");
  fill();
  if (!box.value) box.dispatchEvent(new Event("input", { bubbles: true })); // it was longer, and there is nothing to keep
});
addEventListener("pagehide", () => timer && save());
document.addEventListener("visibilitychange", () => timer && save());
fill();
