// Where one reads is kept for reload and Back, and a link to a message leads to it, also to one that is not on the page yet.
// Speaks: chat:place {message, top}, chat:notice {text, passing}.

const SAVE_AFTER_MS = 300;
const NOT_HERE = "The message that this link leads to is not in the thread that is shown.";

const view = document.querySelector("[data-scroll]");
const thread = document.getElementById("thread");
const messages = () => [...thread.querySelectorAll(":scope > [data-message]")];
const find = ({ message }) => document.getElementById(`message-${message}`);
const say = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const busy = () => view.matches("[data-seeking], [data-settling]");
let timer = null;
let top = view.scrollTop;
let pressed = false;

/** The first message in view and where its top stands; null for who is at the end. */
function look() {
  if (view.hasAttribute("data-following")) return null;
  const above = view.getBoundingClientRect().top;
  const read = messages().find((message) => message.getBoundingClientRect().bottom > above);
  return read ? { message: Number(read.dataset.message), top: Math.round(read.getBoundingClientRect().top - above) } : null;
}

function save() {
  clearTimeout(timer);
  timer = null;
  if (busy()) return saveSoon();
  try {
    history.replaceState({ ...history.state, place: look() }, "");
  } catch {
    // The browser counts these, and may have had enough of them.
  }
}

function saveSoon() {
  timer ??= setTimeout(save, SAVE_AFTER_MS);
}

/** Brings in what precedes the page until the message is there; false if it is not on this branch. */
async function reach(place) {
  for (let before = Infinity; !find(place);) {
    const link = thread.querySelector("[data-earlier] a");
    const first = Number(messages()[0]?.dataset.message);
    if (!link || first <= place.message || first >= before) return false;
    before = first;
    const address = `${link.getAttribute("hx-get")}&from=${place.message}`;
    await htmx.ajax("GET", address, { target: "#earlier", swap: "outerHTML" });
  }
  return true;
}

async function go(place, linked) {
  const far = !find(place);
  view.toggleAttribute("data-seeking", far);
  const here = !far || (await reach(place).catch(() => false));
  view.removeAttribute("data-seeking");
  if (here) say("chat:place", place);
  else if (linked) say("chat:notice", { text: NOT_HERE, passing: true });
}

function arrive() {
  const linked = /^#message-(\d{1,15})$/.exec(location.hash);
  if (history.state && "place" in history.state) return history.state.place && go(history.state.place, false);
  return linked && go({ message: Number(linked[1]) }, true);
}

/** After a jump what one lands on stays, while all around it is laid out for the first time. */
function scrolled() {
  const jumped = Math.abs(view.scrollTop - top) > view.clientHeight;
  top = view.scrollTop;
  const place = jumped && !pressed && !busy() && look();
  if (place) say("chat:place", place);
  saveSoon();
}

view.addEventListener("pointerdown", () => { pressed = true; });
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => { pressed = false; });
new ResizeObserver(() => view.hasAttribute("data-following") || saveSoon()).observe(thread);
view.addEventListener("scroll", scrolled, { passive: true });
view.addEventListener("scrollend", save);
addEventListener("pagehide", save);
addEventListener("popstate", arrive);
addEventListener("hashchange", arrive);
arrive();
