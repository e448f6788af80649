// Prompts in line: what is being edited survives that the line is shown anew, Enter saves it and Esc leaves it, and the message
// box says that what is sent now waits. Emits: chat:notice {text}, chat:announce {text}. Listens to: chat:arrive.

const MOVED = "The prompt that you were editing is not in line any more. What you wrote is in the message box.";
const [FREE, IN_LINE] = ["Write a message", "Next: sent when this answer ends"];

const box = document.querySelector("[data-compose] textarea[name=prompt]");
const line = () => document.getElementById("queue");
const count = () => document.querySelectorAll("[data-queued]").length;
let opened = null; // the row whose Edit was pressed in this tab
let editors = [];
let before = count();

/** What is typed into the rows that are open here. */
function typed() {
  return [...document.querySelectorAll("[data-queued] textarea")].map((area) => ({
    id: area.id, value: area.value, changed: area.value !== area.defaultValue, focused: area === document.activeElement,
    start: area.selectionStart, end: area.selectionEnd, model: area.form.elements.model.value,
  }));
}

/** It stays in its row or, where that is gone, in the message box. */
function restore({ id, value, changed, focused, start, end, model }) {
  const area = document.getElementById(id);
  if (area) {
    if (changed) area.value = value;
    area.form.elements.model.value = model;
    if (focused) { area.focus({ preventScroll: true }); area.setSelectionRange(start, end); }
  } else if (changed && id !== `edit-${saved}`) {
    box.value = box.value ? `${box.value}\n\n${value}` : value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    document.dispatchEvent(new CustomEvent("chat:notice", { detail: { text: MOVED } }));
  }
}
let saved = null; // the row whose Save or Cancel was pressed: its text needs no other place

function showState() {
  const writing = ["running", "stopping"].includes(document.getElementById("controls").dataset.state);
  const text = document.text(writing ? IN_LINE : FREE);
  if (box.placeholder !== text) box.placeholder = text;
}

document.addEventListener("click", ({ target }) => {
  const act = target.closest("[data-queued] [data-action]");
  if (!act) return;
  const key = act.closest("[data-queued]").dataset.queued;
  if (act.dataset.action === "edit-queued") opened = key;
  saved = ["save-queued", "leave-queued"].includes(act.dataset.action) ? key : null;
}, { capture: true });

document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (!area.matches("[data-queued] textarea") || event.isComposing || event.keyCode === 229) return;
  const saves = event.key === "Enter" && !event.shiftKey && (matchMedia("(hover: hover)").matches || event.ctrlKey || event.metaKey);
  if (!saves && event.key !== "Escape") return;
  event.preventDefault();
  area.form.querySelector(`[data-action=${saves ? "save" : "leave"}-queued]`).click();
});

document.addEventListener("htmx:oobBeforeSwap", ({ target }) => { if (target === line()) editors = typed(); });
document.addEventListener("htmx:load", ({ target }) => {
  if (target.id === "controls") showState();
  if (target !== line()) return;
  editors.forEach(restore);
  editors = [];
  const area = opened && document.getElementById(`edit-${opened}`);
  if (area) { area.focus(); opened = null; }
  const now = count();
  if (now > before) document.dispatchEvent(new CustomEvent("chat:announce", { detail: { text: line().querySelector(".queue__why").textContent } }));
  before = now;
});
document.addEventListener("chat:arrive", () => {
  opened = saved = null;
  editors = [];
  before = count();
  showState();
});
new MutationObserver(showState).observe(document.getElementById("composer"), { subtree: true, attributeFilter: ["data-state"] });
showState();
