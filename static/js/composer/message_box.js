// The message box: Enter sends, it grows with its text, and it is emptied only after the server said yes.
// Whether one may be sent just now is the server's to say. Speaks: chat:sent.

const form = document.querySelector("[data-compose]");
const box = form.elements.prompt;
const NOTHING_TO_SEE = /^[\p{Cc}\p{Cf}\p{Z}\p{DI}\u2800\u{16FE4}\u{1D159}]*$/u;
const pointer = matchMedia("(hover: hover)"); // where there is a mouse there is a keyboard
let keyboard = pointer.matches;
let sent = "";
let composing = false; // a word, with an input method: the box is its own until that is done
let later = null;

const changed = () => box.dispatchEvent(new Event("input", { bubbles: true }));

function grow() {
  box.style.blockSize = "auto";
  box.style.blockSize = `${box.scrollHeight}px`;
}

/** The server took it: not an error, and not the sign-in page after a redirect. */
function taken({ status, responseURL }) {
  return status >= 200 && status < 300 && responseURL === form.action;
}

/** Keys on a screen name no place on a keyboard; Enter and Backspace do not tell, as some of them do for these. */
function seeKeyboard({ key, code }) {
  if (pointer.matches || key === "Enter" || key === "Backspace") return;
  keyboard = Boolean(code) && code !== "Unidentified";
  box.enterKeyHint = keyboard ? "send" : "enter";
}

document.addEventListener("keydown", seeKeyboard, { capture: true });
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  if (!keyboard && !event.ctrlKey && !event.metaKey) return; // on a phone Enter breaks the line
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-action=send]"));
});

// Before htmx sees it: nothing to send.
form.addEventListener("submit", (event) => {
  if (!NOTHING_TO_SEE.test(box.value)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  box.focus();
}, { capture: true });

form.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target === form) sent = box.value;
});

form.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target !== form || !taken(detail.xhr)) return;
  form.elements.key.value = crypto.randomUUID();
  box.removeAttribute("aria-invalid");
  form.querySelector("#prompt-error")?.remove();
  if (composing) later = empty;
  else empty();
  document.dispatchEvent(new CustomEvent("chat:sent"));
});

/** What was typed since it was sent stays. */
function empty() {
  if (box.value.startsWith(sent)) box.value = box.value.slice(sent.length);
  changed();
}

box.addEventListener("compositionstart", () => { composing = true; });
box.addEventListener("compositionend", () => {
  composing = false;
  later?.();
  later = null;
});

if (!CSS.supports("field-sizing", "content")) {
  box.addEventListener("input", grow);
  grow();
}
if (keyboard) box.focus({ preventScroll: true });
else box.enterKeyHint = "enter";
