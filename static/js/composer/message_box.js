// The message box: Enter sends, the box grows with its text, and it is emptied only after the server has accepted the
// message. Whether a message may be sent now is for the server to decide. Emits: chat:sent.

const form = document.querySelector("[data-compose]");
const box = form.elements.prompt;
const INVISIBLE = /^[\p{Cc}\p{Cf}\p{Z}\p{DI}\u2800\u{16FE4}\u{1D159}]*$/u;
const pointer = matchMedia("(hover: hover)"); // a device with a mouse has a keyboard
let keyboard = pointer.matches;
let sent = "";
let composing = false; // an input method is composing a word: nothing may change the box until it is done
let afterComposing = null;

const changed = () => box.dispatchEvent(new Event("input", { bubbles: true }));

function grow() {
  box.style.blockSize = "auto";
  box.style.blockSize = `${box.scrollHeight}px`;
}

/** The server accepted it: not an error, and not the sign-in page after a redirect. */
function isAccepted({ status, responseURL }) {
  return status >= 200 && status < 300 && responseURL === form.action;
}

/** Keys of an on-screen keyboard have no `code`. Enter and Backspace are ignored: some on-screen keyboards give those one. */
function detectKeyboard({ key, code }) {
  if (pointer.matches || key === "Enter" || key === "Backspace") return;
  keyboard = Boolean(code) && code !== "Unidentified";
  box.enterKeyHint = keyboard ? "send" : "enter";
}

document.addEventListener("keydown", detectKeyboard, { capture: true });
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  if (!keyboard && !event.ctrlKey && !event.metaKey) return; // on a phone Enter starts a new line
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-action=send]"));
});

// Before htmx sees it: an empty message is not sent.
form.addEventListener("submit", (event) => {
  if (!INVISIBLE.test(box.value)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  box.focus();
}, { capture: true });

form.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target === form) sent = box.value;
});

form.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target !== form || !isAccepted(detail.xhr)) return;
  form.elements.key.value = crypto.randomUUID();
  box.removeAttribute("aria-invalid");
  form.querySelector("#prompt-error")?.remove();
  if (composing) afterComposing = empty;
  else empty();
  document.dispatchEvent(new CustomEvent("chat:sent"));
});

/** What was typed after sending stays in the box. */
function empty() {
  if (box.value.startsWith(sent)) box.value = box.value.slice(sent.length);
  changed();
}

box.addEventListener("compositionstart", () => { composing = true; });
box.addEventListener("compositionend", () => {
  composing = false;
  afterComposing?.();
  afterComposing = null;
});

if (!CSS.supports("field-sizing", "content")) {
  box.addEventListener("input", grow);
  grow();
}
if (keyboard) box.focus({ preventScroll: true });
else box.enterKeyHint = "enter";
