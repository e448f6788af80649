// Renames a conversation in place: Enter or leaving the field saves, Esc does not. Without this file it is a page.

const SHOWN = ":scope > :not([hidden])";

function fieldFor(title) {
  const field = Object.assign(document.createElement("input"), { name: "title", className: "rename__field" });
  Object.assign(field, { value: title, maxLength: 200, required: true, dir: "auto" });
  field.setAttribute("aria-label", document.text("Title"));
  return field;
}

function formFor(url, field) {
  const form = Object.assign(document.createElement("form"), { className: "rename", method: "post", action: url });
  form.setAttribute("hx-post", url);
  form.setAttribute("hx-swap", "none");
  form.append(field);
  return form;
}

function rename(link) {
  const host = link.closest("[data-renamable]");
  const title = host.querySelector("[data-title]").textContent;
  const field = fieldFor(title);
  const form = formFor(link.href, field);
  const shown = [...host.querySelectorAll(SHOWN)];
  let over = false;
  let composing = false; // an input method is composing a word: its keys are not ours, and a half word is not saved

  const leave = () => {
    over = true;
    const focused = form.contains(document.activeElement);
    form.remove();
    for (const part of shown) part.hidden = false;
    if (focused) (host.querySelector("a") ?? host.querySelector("button"))?.focus();
  };
  const close = () => {
    if (over || composing || document.activeElement === field) return;
    if (field.value.trim() && field.value !== title) form.requestSubmit();
    else leave();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    leave();
  });
  field.addEventListener("compositionstart", () => { composing = true; });
  field.addEventListener("compositionend", () => {
    composing = false;
    close();
  });
  field.addEventListener("blur", close);
  form.addEventListener("submit", (event) => {
    if (!composing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  form.addEventListener("htmx:beforeRequest", () => { over = true; });
  form.addEventListener("htmx:afterRequest", ({ detail }) => {
    over = detail.successful;
    if (over) leave();
  });
  for (const part of shown) part.hidden = true;
  host.append(form);
  htmx.process(form);
  field.focus();
  field.select();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-rename]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.closest("[popover].menu")?.hidePopover();
  rename(link);
});
