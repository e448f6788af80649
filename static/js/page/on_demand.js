// Loads a script when what it serves is first used: at a press on what has `data-script-at-press`, which is done again then; for
// `data-script-at-change`, when something is written or chosen, an answer begins or ends, or a long conversation is opened; for
// `data-script-of-part`, when that part has come.
// Listens to: chat:arrive, chat:status.

const loading = new Map(); // address: a promise of whether it came
const loaded = new Set();
let wanted = ""; // a selector of what was pressed last, and waits for its script

function fetched(src) {
  const script = Object.assign(document.createElement("script"), { type: "module", src });
  return new Promise((done) => {
    script.onload = () => { loaded.add(src); done(true); };
    script.onerror = () => done(false);
    document.head.append(script);
  });
}

function load(src) {
  if (!loading.has(src)) loading.set(src, fetched(src));
  return loading.get(src);
}

/** What the press does on a page without scripts. */
function follow({ href, form }) {
  if (href) location.assign(href);
  else form?.submit();
}

document.addEventListener("click", async (event) => {
  const pressed = event.target.closest?.("[data-script-at-press]");
  const src = pressed?.dataset.scriptAtPress;
  if (!src || loaded.has(src) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const place = `#${pressed.parentElement.closest("[id]").id} [data-script-at-press="${src}"]`;
  wanted = place;
  const came = await load(src);
  if (wanted !== place) return; // it is done once, however often it is pressed meanwhile; of two the last one counts
  wanted = "";
  if (!came) follow(pressed);
  else (pressed.isConnected ? pressed : document.querySelector(place))?.click(); // a newer part may stand there
}, { capture: true });

document.addEventListener("htmx:load", ({ target }) => {
  const src = (target.matches("[data-script-of-part]") ? target : target.querySelector("[data-script-of-part]"))?.dataset.scriptOfPart;
  if (src) load(src);
});

function change() {
  const src = document.querySelector("[data-script-at-change]")?.dataset.scriptAtChange;
  if (src) load(src);
}
addEventListener("load", () => {
  if (document.getElementById("earlier")) change(); // a long conversation, which may fill the window
});
document.addEventListener("input", change);
document.addEventListener("change", change);
document.addEventListener("chat:arrive", change);
document.addEventListener("chat:status", change);
