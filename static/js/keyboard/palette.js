// The palette: a box whose list follows what is typed. Arrows move in the list while the focus stays in the box. Enter does what is
// chosen, once the list is that of what was typed. Emits: chat:command {name}.

const NEAREST = { block: "nearest" };

const boxOf = () => document.getElementById("palette-box");
const listOf = () => document.getElementById("palette-options");
const optionsOf = () => [...listOf().querySelectorAll("[role=option]:not([hidden])")];
const chosenOf = () => document.getElementById(boxOf().getAttribute("aria-activedescendant"));
const isStale = () => listOf().dataset.text !== boxOf().value.trim();

function choose(option) {
  chosenOf()?.setAttribute("aria-selected", "false");
  if (!option) return boxOf().removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  boxOf().setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView(NEAREST);
}

function step(by) {
  const options = optionsOf();
  const at = options.indexOf(chosenOf());
  choose(options.at(at < 0 && by < 0 ? -1 : (at + by) % options.length));
}

/** The button or link of the page that an option stands for. */
const pressed = ({ dataset }) => document.querySelector(dataset.press);
const isThere = (option) => Boolean(pressed(option)) && !pressed(option).matches(":disabled, [aria-disabled=true]");

/** Leaves out what is not on this page, and begins with the first. */
function show() {
  for (const option of listOf().querySelectorAll("[data-press]")) option.hidden = !isThere(option);
  for (const group of listOf().querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
  choose(optionsOf()[0]);
  if ("entered" in boxOf().dataset && !isStale()) enter();
}

function enter() {
  if (isStale()) boxOf().dataset.entered = "";
  else {
    delete boxOf().dataset.entered;
    chosenOf()?.click();
  }
}

function act(option) {
  const { command: name } = option.dataset;
  if (!name) return pressed(option)?.click();
  return document.dispatchEvent(new CustomEvent("chat:command", { cancelable: true, detail: { name } }));
}

const KEYS = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: enter };

document.addEventListener("keydown", (event) => {
  const { target, key, isComposing, keyCode, altKey, shiftKey } = event;
  if (target.id !== "palette-box" || !(key in KEYS) || isComposing || keyCode === 229 || altKey || shiftKey) return;
  event.preventDefault();
  KEYS[key]();
});

document.addEventListener("htmx:load", ({ target }) => {
  if (["palette", "palette-options"].includes(target.id)) show();
});

// Without an answer of the server its page is the way on.
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target.id === "palette-box" && detail.failed && "entered" in target.dataset) target.form.submit();
});

document.addEventListener("click", (event) => {
  const option = event.target.closest?.("#palette [role=option]");
  if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return;
  option.closest("dialog").close();
  if (!option.href) act(option);
});

show(); // it is loaded together with the palette
