// The message box: Enter sends, and the box grows with its text. Whether a message may be sent now is for the server to decide.
// Listens to: chat:arrive.

const form = document.querySelector("[data-compose]");
const box = form.elements.prompt;
const pointer = matchMedia("(hover: hover)"); // a device with a mouse has a keyboard
let keyboard = pointer.matches;

function grow() {
  box.style.blockSize = "auto";
  box.style.blockSize = `${box.scrollHeight}px`;
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

if (!CSS.supports("field-sizing", "content")) {
  box.addEventListener("input", grow);
  grow();
}

function ready() {
  if (keyboard) box.focus({ preventScroll: true });
  else box.enterKeyHint = "enter";
}

document.addEventListener("chat:arrive", ready);
ready();
