// Keeps what is typed but not sent, for each conversation, through reloads, crashes and sign-outs.

const SAVE_AFTER_MS = 250;
const PREFIX = "draft:";

const box = document.querySelector("[data-compose] textarea[name=prompt]");
const place = PREFIX + (document.querySelector("[data-conversation]").dataset.conversation || "new");
let timer = null;

function save() {
  clearTimeout(timer);
  timer = null;
  try {
    if (box.value) localStorage.setItem(place, box.value);
    else localStorage.removeItem(place);
  } catch {
    // Storage is full or refused: typing goes on without a net.
  }
}

function forget() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}

if (!box.value) {
  box.value = localStorage.getItem(place) ?? "";
  if (box.value) box.dispatchEvent(new Event("input", { bubbles: true }));
}

box.addEventListener("input", () => {
  if (!box.value) save();
  else timer ??= setTimeout(save, SAVE_AFTER_MS);
});
addEventListener("pagehide", () => timer && save());
document.addEventListener("visibilitychange", () => timer && save());
document.querySelector("[data-logout]")?.addEventListener("submit", forget);
