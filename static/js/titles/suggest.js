// Suggests a title: a dialog that waits for what a model says, and offers it to be taken, changed or left.

const LOST = "The server could not be reached. Nothing was changed; try again.";

const dialog = document.querySelector("[data-title-offer]");
const waiting = dialog?.firstElementChild.cloneNode(true);

const isAsking = (element) => element.matches?.("[data-suggest-title]");

function begin(form) {
  form.closest("[popover]")?.hidePopover();
  dialog.replaceChildren(waiting.cloneNode(true));
  if (!document.querySelector("dialog[open]")) dialog.showModal();
}

/** The same key again means the same request, so the next one gets another once this was answered. */
function end(form, { xhr }) {
  if (xhr?.status) form.elements.key.value = crypto.randomUUID();
  else dialog.querySelector("[data-offer-line]").textContent = LOST;
}

document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (dialog && isAsking(target)) begin(target);
});

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (!dialog) return;
  if (isAsking(target)) end(target, detail);
  else if (target.matches?.("[data-take-title]") && detail.successful) dialog.close();
});

document.addEventListener("htmx:load", ({ target }) => {
  const field = dialog?.open && target.id === "title-offer-part" && target.querySelector("[data-offered-title]");
  if (!field) return;
  field.focus();
  field.select();
});
