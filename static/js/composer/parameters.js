// The dialog of system prompt and parameters: it is fetched each time it is opened, so it is as new as the conversation. The server
// says parameters-saved when what was written is kept. Without script the form is a page.

const dialog = document.querySelector("dialog[data-parameters-dialog]");

const part = () => dialog?.querySelector("#parameters-part");

const dressed = (sheet) =>
  !sheet || sheet.sheet ? null : new Promise((done) => { sheet.onload = sheet.onerror = done; });

/** Once its style sheet is there; the focus goes to what was refused. */
async function open(target) {
  await dressed(target.querySelector("link"));
  if (!dialog.open && !document.querySelector("dialog[open]")) dialog.showModal();
  const place = target.querySelector("[aria-invalid], [data-preview] pre") ?? target.querySelector("textarea, input:not([type=hidden])");
  place?.focus();
}

document.addEventListener("htmx:load", ({ target }) => {
  if (dialog && target === part()) open(target);
});

document.addEventListener("parameters-saved", () => dialog?.close());

document.addEventListener("click", (event) => {
  if (!dialog?.contains(event.target.closest("[data-action=leave-parameters]"))) return;
  event.preventDefault();
  dialog.close();
});
