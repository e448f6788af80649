// What Enter sends: one prompt after the other, each once and with a key of its own. What is entered while another is on its
// way follows it. All of it stays in the message box until the server has accepted it. Emits: chat:sent.

const INVISIBLE = /^[\p{Cc}\p{Cf}\p{Z}\p{DI}\u2800\u{16FE4}\u{1D159}]*$/u;
const BETWEEN = "\n\n";

const form = document.querySelector("[data-compose]");
const box = form.elements.prompt;
let entered = []; // {text, model, head}: the first is on its way, or was not accepted; `head` separates it in the box
let shown = ""; // the beginning of the box's text that was entered
let isOnItsWay = false;
let isNext = false; // the page submits the form for what waited
let composing = false; // an input method is composing a word: nothing may change the box until it is done
const accepts = []; // texts that are still in the box, though they were accepted

const typedSince = () => (box.value.startsWith(shown) ? box.value.slice(shown.length) : box.value);

function put(text) {
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Whether there is something to send: what was typed since, or after an error the same again, with the model chosen since. */
function enter() {
  const model = form.elements.model.value;
  if (!isOnItsWay && entered.length && (isNext || box.value === shown)) {
    if (!isNext && model !== entered.at(-1).model) entered.forEach((each) => { each.model = model; });
    isNext = false;
    return true;
  }
  if (!isOnItsWay) [entered, shown] = [[], ""];
  const text = typedSince();
  if (INVISIBLE.test(text)) return false;
  entered.push({ text, model, head: "" });
  shown = box.value;
  return true;
}

// Before htmx sees it.
form.addEventListener("submit", (event) => {
  const isEntered = enter();
  if (!isEntered) box.focus();
  else if (!isOnItsWay) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

form.addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (target !== form) return;
  detail.parameters.prompt = entered[0].text;
  if (detail.formData.has("model")) detail.parameters.model = entered[0].model;
});
form.addEventListener("htmx:beforeRequest", ({ target }) => { isOnItsWay ||= target === form; });
form.addEventListener("htmx:afterRequest", ({ target, detail: { xhr } }) => {
  if (target !== form) return;
  isOnItsWay = false;
  if (xhr.status >= 200 && xhr.status < 300 && xhr.responseURL === form.action) accepted(xhr);
  else refused(); // as where it led to the sign-in page
});

function accepted(xhr) {
  const { head, text } = entered.shift();
  form.elements.key.value = crypto.randomUUID();
  box.removeAttribute("aria-invalid");
  form.querySelector("#prompt-error")?.remove();
  accepts.push(head + text);
  if (!composing) takeOut();
  document.dispatchEvent(new CustomEvent("chat:sent"));
  if (!entered.length || xhr.getResponseHeader("HX-Redirect")) return;
  queueMicrotask(() => { // htmx sends nothing before it has done with the reply
    isNext = true;
    form.requestSubmit(form.querySelector("[data-action=send]"));
  });
}

/** What was typed or entered after what was accepted stays in the box. */
function takeOut() {
  for (const text of accepts.splice(0)) {
    if (!shown.startsWith(text) || !box.value.startsWith(shown)) continue;
    shown = shown.slice(text.length);
    put(box.value.slice(text.length));
  }
}

/** All that was entered is in the box, each prompt apart, and Enter sends them again. */
function refused() {
  if (entered.length < 2 && box.value.startsWith(entered[0].text)) return;
  const rest = typedSince();
  entered.forEach((each, place) => { each.head = place ? BETWEEN : ""; });
  shown = entered.map(({ head, text }) => head + text).join("");
  put(rest ? shown + BETWEEN + rest : shown);
}

// Who writes over what was entered writes something new.
box.addEventListener("beforeinput", () => {
  if (box.selectionStart < shown.length && box.selectionStart < box.selectionEnd) shown = "";
});
box.addEventListener("input", () => { if (!box.value.startsWith(shown)) shown = ""; });
box.addEventListener("compositionstart", () => { composing = true; });
box.addEventListener("compositionend", () => { composing = false; takeOut(); });
