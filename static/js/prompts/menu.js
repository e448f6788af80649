// The list of saved prompts: it follows what is typed after the slash, while the focus stays in the message box. What is chosen takes
// the place of that; where it has variables, a form asks for them first. Emits: chat:announce {text}.

const TYPED = /^\/([\p{L}\p{M}\p{N}_\u200c\u200d-]*)$/u;

const box = document.querySelector("[data-compose] textarea[name=prompt]");
const menuOf = () => document.getElementById("prompt-menu");
const options = () => [...menuOf().querySelectorAll("[role=option]:not([hidden])")];
const chosen = () => document.getElementById(box.getAttribute("aria-activedescendant"));
const isOpen = () => Boolean(menuOf()) && !menuOf().hidden;
const formOf = () => menuOf()?.querySelector("[data-prompt-variables]");
let told = -1;
let asked = null;

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) return box.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  box.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function close() {
  menuOf().hidden = true;
  formOf()?.remove();
  told = -1;
  for (const name of ["aria-activedescendant", "aria-controls", "aria-autocomplete"]) box.removeAttribute(name);
}

function tell(count) {
  if (count === told) return;
  told = count;
  const text = menuOf().dataset.count.replace("%n", count);
  document.dispatchEvent(new CustomEvent("chat:announce", { detail: { text } }));
}

/** Those whose names begin with what was typed come into view; nothing else is a name of one. */
function show() {
  if (!menuOf() || formOf() || (menuOf().hidden && box.value[0] !== "/")) return;
  const typed = TYPED.exec(box.value)?.[1].normalize("NFC").toLowerCase();
  for (const option of menuOf().querySelectorAll("[role=option]")) option.hidden = !option.dataset.name.startsWith(typed);
  if (typed === undefined || (typed && !options()[0])) return close();
  menuOf().hidden = false;
  box.setAttribute("aria-controls", "prompt-options");
  box.setAttribute("aria-autocomplete", "list");
  choose(options()[0]);
  tell(options().length);
}

function step(by) {
  const all = options();
  choose(all.at((all.indexOf(chosen()) + by) % all.length));
}

/** Once, however often it is asked for meanwhile. */
function use({ href }) {
  asked ??= htmx.ajax("GET", href, { source: document.body, target: "#prompt-menu", swap: "beforeend" }).catch(() => {}).finally(() => { asked = null; });
}

function fill(place) {
  const text = place.textContent;
  place.remove();
  close();
  box.focus({ preventScroll: true });
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

const KEYS = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: () => use(chosen()), Tab: () => use(chosen()), Escape: close };

// Before the message box, whose Enter sends.
addEventListener("keydown", (event) => {
  const { target, key, isComposing, keyCode, shiftKey, ctrlKey, metaKey, altKey } = event;
  if (!isOpen() || isComposing || keyCode === 229 || shiftKey || ctrlKey || metaKey || altKey) return;
  const inForm = formOf()?.contains(target);
  if (inForm ? key !== "Escape" : target !== box || !(key in KEYS) || !(chosen() || key === "Escape")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  KEYS[key]();
  if (inForm) box.focus({ preventScroll: true });
}, { capture: true });

box.addEventListener("input", show);
document.addEventListener("click", (event) => {
  const option = event.target.closest?.("#prompt-menu [role=option]");
  if (event.target.closest?.("[data-action=close-prompts]")) { close(); box.focus({ preventScroll: true }); }
  if (isOpen() && !formOf() && !event.target.closest("#prompt-menu, [data-compose]")) close();
  if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  use(option);
});
document.addEventListener("htmx:load", ({ target }) => {
  if (target.matches("#prompt-menu")) show();
  if (target.matches("[data-prompt-filled]")) fill(target);
  if (!target.matches("#prompt-menu [data-prompt-variables]")) return;
  target.querySelector("[data-action=close-prompts]").hidden = false;
  target.querySelector("textarea").focus({ preventScroll: true });
});
show(); // it is loaded together with the list
