// The picker of models: a box whose list follows what is typed. Arrows move in the list while the focus stays in the box; Enter or
// a press chooses for the select of the message box. A star, or the button below the list, makes a favourite of a model.

const NEAREST = { block: "nearest" };

const dialog = document.querySelector("dialog[data-picker]");
const box = document.getElementById("picker-box");
const form = dialog.querySelector("[data-favourite]");
const selectOf = () => document.querySelector("[data-compose] select[name=model]");
const listOf = () => document.getElementById("picker-options");
const optionsOf = () => [...listOf().querySelectorAll("[data-value]")];
const activeOf = () => document.getElementById(box.getAttribute("aria-activedescendant"));
let kept = ""; // the value that was active before the list came anew

function activate(option) {
  activeOf()?.setAttribute("aria-selected", "false");
  if (!option) box.removeAttribute("aria-activedescendant");
  else {
    option.setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView(NEAREST);
  }
  const button = form.querySelector("button");
  button.disabled = !option;
  button.textContent = option && "starred" in option.dataset ? button.dataset.off : button.dataset.on;
}

function step(by) {
  const options = optionsOf();
  const at = options.indexOf(activeOf());
  activate(options.at(at < 0 && by < 0 ? -1 : (at + by) % options.length));
}

/** Begins with what was active, else with the model of the message box, else with the first. */
function show() {
  const options = optionsOf();
  const wanted = [kept, listOf().dataset.text ? "" : selectOf()?.value].filter(Boolean);
  kept = "";
  activate(wanted.map((value) => options.find((one) => one.dataset.value === value)).find(Boolean) ?? options[0]);
}

function choose(option) {
  const select = selectOf();
  if (!option || !select || select.disabled) return;
  const { value } = option.dataset;
  const name = option.querySelector(".option__title").textContent;
  if (![...select.options].some((each) => each.value === value)) select.append(new Option(name, value));
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  dialog.close();
}

function star(option) {
  kept = option.dataset.value;
  form.elements.model.value = kept;
  form.elements.q.value = box.value;
  form.elements.on.disabled = "starred" in option.dataset;
  htmx.trigger(form, "submit");
}

const isStale = () => listOf().dataset.text !== box.value.trim().replace(/\s+/g, " ");
const KEYS = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: () => isStale() || choose(activeOf()) };

box.addEventListener("keydown", (event) => {
  const { key, isComposing, keyCode, altKey, shiftKey } = event;
  if (!(key in KEYS) || isComposing || keyCode === 229 || altKey || shiftKey) return;
  event.preventDefault();
  KEYS[key]();
});

dialog.addEventListener("click", ({ target }) => {
  const option = target.closest("[data-value]");
  if (!option) return;
  if (target.closest("[data-star]")) star(option);
  else choose(option);
});

form.querySelector("button").addEventListener("click", (event) => {
  event.preventDefault();
  if (activeOf()) star(activeOf());
});

document.addEventListener("htmx:load", ({ target }) => {
  if (target.id === "picker-options") show();
});

show(); // it is loaded together with the picker
