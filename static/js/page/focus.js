// The keyboard focus: when the focused element disappears, the focus moves to the next useful element, never to nothing.
// Another conversation begins as a page does, with no focus but the one that it sets. Listens to: chat:arrive.

const AFTER_START = ["stop", "resume", "retry", "regenerate"];
const AFTER_END = ["resume", "retry", "regenerate"];
const NEXT = {
  previous: ["previous", "next"],
  next: ["next", "previous"],
  "undo-resume": AFTER_END,
  regenerate: AFTER_START,
  retry: AFTER_START,
  resume: AFTER_START,
  "resume-with": AFTER_START,
  "save-edit": AFTER_START,
};

const thread = document.getElementById("thread");
const composer = document.getElementById("composer");
const box = document.getElementById("prompt");
const keyboard = matchMedia("(hover: hover)"); // on a phone, focus in the box would open the on-screen keyboard
let at = null; // describes the element that has the focus, and its surroundings
let instead = null; // the element that this script focused, until the reader moves the focus

const byId = (id) => (id ? document.getElementById(id) : null);
const act = (place, name) => place?.querySelector(`[data-action=${name}]`);
const usable = (element) => element?.isConnected && !element.disabled && element.checkVisibility({ visibilityProperty: true });

function describe(element) {
  const place = element.closest("[id]");
  const article = element.closest("[data-message]");
  const row = element.closest("[data-renamable]");
  return {
    action: element.dataset.action ?? act(element.closest("form"), "resume-with")?.dataset.action,
    inComposer: composer.contains(element),
    id: place?.id,
    kind: place === element ? null : element.localName,
    article: article?.id,
    above: article?.previousElementSibling?.id,
    rows: [row, row?.nextElementSibling, row?.previousElementSibling].map((each) => each?.id).filter(Boolean),
  };
}

/** Elements that may get the focus, best first. */
function* candidates({ action, inComposer, id, kind, article, above, rows }) {
  const answer = byId(article) ?? byId(above)?.nextElementSibling ?? thread.lastElementChild;
  for (const name of NEXT[action] ?? []) yield name === "stop" ? act(composer, name) : act(answer, name);
  if (inComposer) yield keyboard.matches ? box : act(composer, "stop");
  else if (action) yield act(byId(id), action);
  if (!inComposer) yield kind ? byId(id)?.querySelector(kind) : byId(id);
  for (const row of rows) yield byId(row)?.querySelector("a, button");
  if (rows.length) yield document.querySelector(".top__nav");
  if (keyboard.matches) yield box;
  for (const name of AFTER_END) yield act(thread.lastElementChild, name);
  yield document.querySelector("[data-scroll]");
}

function restore(changes) {
  const now = document.activeElement;
  if (!at || document.querySelector("dialog[open]")) return;
  const stays = now && now !== document.body && now !== instead;
  if (stays && (changes.every(({ type }) => type === "childList") || usable(now))) return;
  if (instead && !usable(instead)) at = describe(instead);
  for (const next of candidates(at)) {
    if (!usable(next)) continue;
    instead = next;
    if (next !== now) next.focus({ preventScroll: true });
    return;
  }
}

function settle() {
  if (instead) at = describe(instead);
  instead = null;
}

document.addEventListener("focusin", ({ target }) => {
  if (target === instead) return;
  at = describe(target);
  instead = null;
});
// A press where nothing takes the focus means: no focus. An element that is being removed loses the focus first, and is gone
// a moment later.
document.addEventListener("focusout", ({ target, relatedTarget }) => {
  if (!relatedTarget) queueMicrotask(() => {
    if (document.hasFocus() && document.activeElement === document.body && usable(target)) at = instead = null;
  });
});
document.addEventListener("chat:arrive", () => { at = instead = null; });
for (const name of ["keydown", "pointerdown"]) addEventListener(name, settle, { capture: true });
if (document.activeElement !== document.body) at = describe(document.activeElement);
new MutationObserver(restore).observe(document.body, {
  childList: true, subtree: true, attributes: true, attributeFilter: ["disabled", "hidden", "data-state"],
});
