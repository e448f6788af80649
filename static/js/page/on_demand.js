// Loads a script when what it serves is first used: at a press on what has `data-script-at-press`, which is done again then; for
// `data-script-at-change`, when something is written or an answer begins or ends. Listens to: chat:arrive, chat:status.

const loaded = new Set();

/** Where one cannot be loaded, a press does what it does without it. */
function load(src) {
  const script = Object.assign(document.createElement("script"), { type: "module", src });
  const ended = new Promise((done) => { script.onload = script.onerror = done; });
  document.head.append(script);
  return ended.then(() => loaded.add(src));
}

document.addEventListener("click", async (event) => {
  const pressed = event.target.closest?.("[data-script-at-press]");
  const src = pressed?.dataset.scriptAtPress;
  if (!src || loaded.has(src) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await load(src);
  pressed.click();
}, { capture: true });

function change() {
  const src = document.querySelector("[data-script-at-change]")?.dataset.scriptAtChange;
  if (src && !loaded.has(src)) load(src);
}
document.addEventListener("input", change);
document.addEventListener("chat:arrive", change);
document.addEventListener("chat:status", change);
