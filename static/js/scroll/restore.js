// Restores the reading position after reload and Back, and goes to the message that a link names, also if it is not loaded yet.
// Emits: chat:place {message, top}, chat:notice {text}. Listens to: chat:leave, chat:arrive.

const SAVE_AFTER_MS = 300;
const NOT_HERE = "The message that this link leads to is not in the thread that is shown.";

const view = document.querySelector("[data-scroll]");
const thread = document.getElementById("thread");
const ready = new Promise((done) => addEventListener("DOMContentLoaded", done, { once: true })); // htmx comes after this file
const messages = () => [...thread.querySelectorAll(":scope > [data-message]")];
const find = ({ message }) => document.getElementById(`message-${message}`);
const emit = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const busy = () => view.matches("[data-seeking], [data-settling]");
const page = document.querySelector("[data-conversation]").dataset;
const isHere = () => (/^\/c\/([^/]+)/.exec(location.pathname)?.[1] ?? "") === page.conversation; // or the address is ahead, after Back
let timer = null;
let top = view.scrollTop;
let pressed = false;

/** The first message in view and the place of its top; null at the end of the thread. */
function position() {
  if (view.hasAttribute("data-following")) return null;
  const above = view.getBoundingClientRect().top;
  const read = messages().find((message) => message.getBoundingClientRect().bottom > above);
  return read ? { message: Number(read.dataset.message), top: Math.round(read.getBoundingClientRect().top - above) } : null;
}

function save() {
  clearTimeout(timer);
  timer = null;
  if (busy()) return saveSoon();
  if (!isHere()) return;
  const place = position();
  const { place: saved } = history.state ?? {};
  if (saved !== undefined && saved?.message === place?.message && saved?.top === place?.top) return;
  try {
    history.replaceState({ ...history.state, place }, "");
  } catch {
    // Browsers limit how often this may be called.
  }
}

function saveSoon() {
  timer ??= setTimeout(save, SAVE_AFTER_MS);
}

/** Loads earlier messages until the message is there; false if it is not on this branch. */
async function load(place) {
  await ready;
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
  const here = !far || (await load(place).catch(() => false));
  view.removeAttribute("data-seeking");
  if (here) emit("chat:place", place);
  else if (linked) emit("chat:notice", { text: NOT_HERE });
}

function arrive() {
  if (!isHere()) return null;
  const linked = /^#message-(\d{1,15})$/.exec(location.hash);
  if (history.state && "place" in history.state) return history.state.place && go(history.state.place, false);
  return linked && go({ message: Number(linked[1]) }, true);
}

/** After a jump the message there keeps its place while the layout around it is made for the first time. */
function scrolled() {
  const jumped = Math.abs(view.scrollTop - top) > view.clientHeight;
  top = view.scrollTop;
  const place = jumped && !pressed && !busy() && position();
  if (place) emit("chat:place", place);
  saveSoon();
}

view.addEventListener("pointerdown", () => { pressed = true; });
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => { pressed = false; });
new ResizeObserver(() => view.hasAttribute("data-following") || saveSoon()).observe(thread);
view.addEventListener("scroll", scrolled, { passive: true });
view.addEventListener("scrollend", save);
addEventListener("pagehide", save);
document.addEventListener("chat:leave", save);
document.addEventListener("chat:arrive", () => {
  top = view.scrollTop;
  arrive();
});
addEventListener("popstate", arrive);
addEventListener("hashchange", arrive);
arrive();
