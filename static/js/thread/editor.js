// The editor of a message within the thread. What is typed there is kept in this browser until the server has it, so that
// neither an error nor another tab loses it. Cancel drops it; Escape only closes the editor.
// Emits: chat:sent, chat:notice {text}.

const pointer = matchMedia("(hover: hover)"); // a device with a mouse has a keyboard
const { person } = document.querySelector("[data-person]").dataset;
const keyOf = (form) => `edit:${person}:${form.dataset.editor}`;
const editorOf = (element) => element?.closest?.("[data-editor]");

/** Uses the browser's storage; null where it is full or refused. */
function attempt(use) {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
}

function open(form) {
  const { text } = form.elements;
  text.value = attempt((storage) => storage.getItem(keyOf(form))) ?? text.value;
  text.focus({ preventScroll: true });
  text.setSelectionRange(text.value.length, text.value.length);
  form.scrollIntoView({ block: "nearest" });
}

function close(form) {
  const article = form.closest("[data-message]");
  form.remove();
  article?.querySelector("[data-action=edit]")?.focus({ preventScroll: true });
}

const forget = (form) => attempt((storage) => storage.removeItem(keyOf(form)));

/** The server took it: not an error, and not the sign-in page after a redirect. */
const isAccepted = ({ status, responseURL }, form) => status >= 200 && status < 300 && responseURL === form.action;

/** In a prompt Enter sends, as in the message box; in an answer it begins a line. */
function saves({ key, shiftKey, ctrlKey, metaKey, isComposing, keyCode }, form) {
  if (key !== "Enter" || shiftKey || isComposing || keyCode === 229) return false;
  return ctrlKey || metaKey || (pointer.matches && form.dataset.role === "user");
}

document.addEventListener("htmx:load", ({ target }) => {
  const form = target.matches("[data-editor]") ? target : target.querySelector("[data-editor]");
  if (form) open(form);
});
document.addEventListener("input", ({ target }) => {
  const form = editorOf(target);
  if (form && target.name === "text") attempt((storage) => storage.setItem(keyOf(form), target.value));
});
document.addEventListener("keydown", (event) => {
  const form = editorOf(event.target);
  if (!form) return;
  if (event.key === "Escape" && !event.isComposing) close(form);
  else if (event.target.name === "text" && saves(event, form)) form.requestSubmit(form.querySelector("[data-action=save-edit]"));
  else return;
  event.preventDefault();
}, { capture: true });
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-action=cancel-edit]") && editorOf(event.target);
  if (!form) return;
  event.preventDefault();
  forget(form);
  close(form);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = editorOf(detail.requestConfig.elt);
  if (form !== detail.requestConfig.elt || !isAccepted(detail.xhr, form)) return;
  forget(form);
  if (form.isConnected) close(form); // nothing was changed, so nothing took its place
  const sent = form.dataset.role === "user" ? new CustomEvent("chat:sent") : new CustomEvent("chat:notice", { detail: { text: "" } });
  document.dispatchEvent(sent);
});
for (const form of document.querySelectorAll("[data-editor]")) open(form); // it is fetched once the first of them is there
