// Selects many conversations: a press on a row or its box, with Shift all rows from the last one on; Esc ends it.
// Emits: chat:move {address, values, source}. Listens to: chat:listed.

const sidebar = document.getElementById("sidebar");
const form = document.querySelector("[data-selection]");
const list = document.querySelector("[data-list]");
const isOn = () => "selecting" in sidebar.dataset;
const boxes = () => [...list.querySelectorAll(".row__check input")];
const chosen = () => boxes().filter(({ checked }) => checked);
let last = null; // the box that was pressed last

function count() {
  const number = chosen().length;
  form.querySelector("[data-selected]").textContent = document.text("%n selected").replace("%n", number);
  for (const button of form.querySelectorAll("button")) button.disabled = !number;
}

function begin() {
  sidebar.dataset.selecting = "";
  count();
  boxes()[0]?.focus({ preventScroll: true });
}

function end() {
  delete sidebar.dataset.selecting;
  for (const box of chosen()) box.checked = false;
  document.querySelector("[data-action=select]")?.focus();
}

/** With Shift all boxes from the last one to this become as this one is. */
function press(box, isRange) {
  const all = boxes();
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (isRange && from >= 0) for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  last = box;
  count();
}

function click(event) {
  const act = event.target.closest("[data-action]")?.dataset.action;
  if (act === "select" || act === "cancel-selection") {
    event.preventDefault();
    return act === "select" ? begin() : end();
  }
  const row = isOn() && event.target.closest(".row");
  const box = row && row.querySelector(".row__check input");
  if (event.target.closest(".row__link") && box) {
    event.preventDefault();
    box.checked = !box.checked;
  } else if (event.target !== box) return;
  press(box, event.shiftKey);
}

/** All are named in one field: a form has only so many. */
async function submit(event) {
  event.preventDefault();
  const { submitter } = event;
  const values = { conversations: chosen().map(({ value }) => value).join(" "), deletion: crypto.randomUUID?.() ?? "" };
  if (submitter.name) values[submitter.name] = submitter.value;
  if (submitter.dataset.action === "move-selected") {
    return document.dispatchEvent(new CustomEvent("chat:move", { detail: { address: submitter.formAction, values, source: submitter } }));
  }
  const address = submitter.hasAttribute("formaction") ? submitter.formAction : form.action;
  await htmx.ajax("POST", address, { source: list, target: document.body, swap: "none", values });
  if (!chosen().length) end();
}

sidebar.addEventListener("click", click);
sidebar.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !isOn() || document.querySelector(".menu:popover-open")) return;
  event.preventDefault();
  end();
});
form.addEventListener("submit", submit);
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (isOn() && detail.successful && target.matches("[data-move-form]")) end();
});
document.addEventListener("chat:listed", () => isOn() && count());
if (isOn()) count();
