// Delete a conversation after a question. Without this file the question is a page.

const dialog = document.getElementById("delete-dialog");
const question = dialog.querySelector("[data-delete-form]");
const { conversation: open } = document.querySelector("[data-conversation]").dataset;

function ask(link) {
  question.method = "post";
  question.action = link.href;
  question.setAttribute("hx-post", link.href);
  const title = link.closest("[data-renamable]").querySelector("[data-title]");
  dialog.querySelector("[data-delete-title]").textContent = title.textContent;
  htmx.process(question);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-delete]");
  if (event.target.closest("[data-dialog-close]") || event.target === dialog) dialog.close();
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.closest("[popover].menu")?.hidePopover();
  ask(link);
});

/** The next row takes its place, and the focus. */
function remove(row) {
  const rows = [...document.querySelectorAll("[data-list] .row")];
  const at = rows.indexOf(row);
  row?.remove();
  const next = rows[at + 1] ?? rows[at - 1];
  (at >= 0 && next ? next.querySelector("a") : document.querySelector(".sidebar__new")).focus();
}

// If another conversation than the open one was deleted, the page stays.
question.addEventListener("htmx:beforeOnLoad", (event) => {
  const id = question.action.split("/").at(-3);
  if (id === open || event.detail.xhr.status >= 400) return;
  event.preventDefault();
  dialog.close();
  remove(document.getElementById(`row-${id}`));
});
