// Quotes the selected words of a message into the message box, or all of it where none are selected.

const box = document.querySelector("[data-compose] textarea[name=prompt]");
const wordsOf = (message) => [...message.querySelectorAll("[data-answer], .message__text")].map((part) => part.innerText.trim());
let selected = null; // {message, text}: a press on a button may end the selection before the click comes

function note() {
  const { isCollapsed, anchorNode } = getSelection();
  const message = !isCollapsed && anchorNode?.parentElement?.closest("[data-message]");
  if (message) selected = { message, text: getSelection().toString() };
}

/** Called at the press: a selection elsewhere, or none any more, does not count. */
function chosen(message) {
  const text = selected?.message === message ? selected.text.trim() : "";
  return text || wordsOf(message).filter(Boolean).join("\n\n");
}

const quoted = (text) => text.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");

function insert(text) {
  const before = box.value.trimEnd();
  box.value = `${before ? `${before}\n\n` : ""}${quoted(text)}\n\n`;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
  box.scrollTop = box.scrollHeight;
}

document.addEventListener("selectionchange", note);
document.addEventListener("pointerdown", ({ target }) => {
  if (!target.closest("[data-action=quote]") && getSelection().isCollapsed) selected = null;
}, { capture: true });
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-action=quote]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  insert(chosen(link.closest("[data-message]")));
  selected = null;
  getSelection().removeAllRanges();
});
