// Keeps what is typed but not sent in this browser, for each person and conversation, through reloads, crashes and
// sign-outs. A browser that keeps nothing is worked with all the same, and that is said once. Speaks: chat:notice.

const SAVE_AFTER_MS = 250;
const NOT_KEPT = "This browser keeps nothing for this site, so what you type is not kept as a draft.";

const box = document.querySelector("[data-compose] textarea[name=prompt]");
const { conversation, person } = document.querySelector("[data-conversation]").dataset;
const place = `draft:${person}:${conversation || "new"}`;
let timer = null;
let said = false;

/** What came of using the browser's storage; null where it is full or refused. */
function attempt(use) {
  try {
    return use(localStorage);
  } catch {
    document.documentElement.toggleAttribute("data-no-drafts", true);
    return null;
  }
}

function warn() {
  if (said || !("noDrafts" in document.documentElement.dataset)) return;
  said = true;
  document.dispatchEvent(new CustomEvent("chat:notice", { detail: { text: NOT_KEPT } }));
}

function save() {
  clearTimeout(timer);
  timer = null;
  attempt((storage) => (box.value ? storage.setItem(place, box.value) : storage.removeItem(place)));
  warn();
}

const draft = attempt((storage) => {
  const found = storage.getItem(place);
  storage.setItem(place, found ?? ""); // whether it may be written to, too
  if (!found) storage.removeItem(place);
  return found;
});
if (draft && !box.value) {
  box.value = draft;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

box.addEventListener("input", () => {
  warn();
  if (!box.value) save();
  else timer ??= setTimeout(save, SAVE_AFTER_MS);
});
addEventListener("pagehide", () => timer && save());
document.addEventListener("visibilitychange", () => timer && save());
