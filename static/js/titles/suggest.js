// Suggests a title: a dialog that waits for what a model says, and offers it to be taken, changed or left. Who closes it while it
// waits ends the request on the server.

const LOST = "The server could not be reached. Nothing was changed; try again.";

const WITHIN_MS = 45_000; // the server takes less, or is not reached

const dialog = document.querySelector("[data-title-offer]");
const waiting = dialog?.firstElementChild.cloneNode(true);

let asking = null; // the form that waits

const isAsking = (element) => element.matches?.("[data-suggest-title]");

function begin(form) {
  asking = form;
  form.closest("[popover]")?.hidePopover();
  dialog.replaceChildren(waiting.cloneNode(true));
  if (!document.querySelector("dialog[open]")) dialog.showModal();
}

/** The same key again means the same request, so the next one gets another once this was answered. */
function end(form, { xhr }) {
  asking = null;
  if (xhr?.status) form.elements.key.value = crypto.randomUUID();
  else dialog.querySelector("[data-offer-line]").textContent = document.text(LOST);
}

/** The form's own request is answered then, so that the next press asks anew. */
function cancel() {
  if (!asking) return;
  const values = { key: asking.elements.key.value };
  htmx.ajax("POST", `${asking.action}cancel/`, { source: dialog, target: dialog, swap: "none", values });
  asking = null;
}

document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (isAsking(target)) detail.timeout = WITHIN_MS;
});

dialog?.addEventListener("close", cancel);

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
