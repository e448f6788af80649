// Moves a conversation to the trash without leaving the page. Without this file the form leads to a page with the Undo.

const form = document.querySelector("[data-delete-form]");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { submitter } = event;
  submitter.closest("[popover].menu")?.hidePopover();
  htmx.ajax("POST", submitter.formAction, { source: form, target: document.body, swap: "none" });
});
