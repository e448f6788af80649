// What Enter sends: one prompt after the other, each once and with a key of its own. What is entered while another is on its
// way follows it. All of it stays in the message box until the server has accepted it. Emits: chat:sent.
// Listens to: chat:arrive.

const INVISIBLE = /^[\p{Cc}\p{Cf}\p{Z}\p{DI}\u2800\u{16FE4}\u{1D159}]*$/u;

const form = document.querySelector("[data-compose]");
const box = form.elements.prompt;
let entered = []; // {text, model}: the first is on its way, or was not accepted
let shown = ""; // what of it begins the box's text
let isOnItsWay = false;
let composing = false; // an input method is composing a word: nothing may change the box until it is done

function put(text) {
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Whether there is something to send: what was typed since, or after an error the same again, with the model chosen since. */
function enter() {
  const model = form.elements.model.value;
  if (!isOnItsWay) {
    if (entered[0] && box.value === shown) {
      entered[0].model = model;
      return true;
    }
    entered = [];
    shown = "";
  }
  const text = box.value.slice(shown.length);
  if (INVISIBLE.test(text)) return false;
  shown = box.value;
  return entered.push({ text, model });
}

// Before htmx sees it. Without a button it is the page that sends what waited.
form.addEventListener("submit", (event) => {
  if (!event.submitter) return;
  if (!enter()) box.focus();
  else if (!isOnItsWay) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

form.addEventListener("htmx:configRequest", ({ target, detail: { parameters } }) => {
  if (target !== form) return;
  isOnItsWay = true;
  parameters.prompt = entered[0].text;
  parameters.model &&= entered[0].model;
});
form.addEventListener("htmx:afterRequest", ({ target, detail: { successful, xhr } }) => {
  if (target !== form) return;
  if (!successful || xhr.responseURL !== form.action) refused(xhr.status); // or it led to the sign-in page
  else if (composing) box.addEventListener("compositionend", accepted, { once: true });
  else accepted();
});

/** What was typed or entered after it stays in the box. */
function accepted() {
  const { text } = entered.shift();
  const end = shown.indexOf(text) + text.length;
  isOnItsWay = false;
  form.elements.key.value = crypto.randomUUID();
  box.removeAttribute("aria-invalid");
  form.querySelector("#prompt-error")?.remove();
  if (shown.slice(0, end).trim() === text.trim()) { // nobody wrote over it
    shown = shown.slice(end);
    put(box.value.slice(end));
  }
  document.dispatchEvent(new CustomEvent("chat:sent"));
  if (entered[0] && form.elements.conversation.value) queueMicrotask(() => form.requestSubmit()); // once htmx is free
}

/** All that was entered is in the box, each prompt apart, and Enter sends it again: anew, where the server has decided. */
function refused(status) {
  isOnItsWay = false;
  if (status === 409) form.elements.key.value = crypto.randomUUID();
  if (!entered[1] && shown) return;
  const rest = box.value.slice(shown.length);
  shown = entered.map(({ text }) => text).join("\n\n");
  put(rest ? `${shown}\n\n${rest}` : shown);
}

// What was not accepted is the other conversation's draft now.
document.addEventListener("chat:arrive", () => {
  entered = [];
  shown = "";
  isOnItsWay = composing = false;
  box.removeEventListener("compositionend", accepted);
});

// Who writes over what was entered writes something new.
box.addEventListener("beforeinput", () => {
  if (box.selectionStart < shown.length && box.selectionStart < box.selectionEnd) shown = "";
});
box.addEventListener("input", () => { if (!box.value.startsWith(shown)) shown = ""; });
box.addEventListener("compositionstart", () => { composing = true; });
box.addEventListener("compositionend", () => { composing = false; });
