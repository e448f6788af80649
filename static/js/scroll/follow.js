// Auto-scroll: the view follows the end of the thread while the reader is at the end, else it stays; a button leads back.
// Listens to: chat:sent, chat:arrive, chat:placed. Emits: chat:place {message, top}.

const NEAR_PX = 48;

const view = document.querySelector("[data-scroll]");
const thread = document.getElementById("thread");
const button = document.querySelector("[data-jump]");
let following = true;
let dragging = false;
let top = 0;

const left = () => view.scrollHeight - view.scrollTop - view.clientHeight;

function set(now) {
  if (now !== view.hasAttribute("data-following")) view.toggleAttribute("data-following", now);
  following = now;
}

function offer() {
  const hidden = following || left() < view.clientHeight / 3;
  if (button.hidden !== hidden) button.hidden = hidden;
}

function toEnd() {
  set(true);
  view.scrollTop = view.scrollHeight;
  top = view.scrollTop;
  offer(); // no scroll event comes where the view stands there already
}

function decide() {
  const up = view.scrollTop < top - 1;
  const rest = left();
  if (rest <= 2 || (!up && rest < NEAR_PX)) set(true);
  else if (up) set(false);
  top = view.scrollTop;
  offer();
}

// Scrolling up ends the following at once, before the text grows again.
const leave = ({ deltaY }) => { if (deltaY < 0 && view.scrollTop > 0) set(false); };
view.addEventListener("wheel", leave, { passive: true });
view.addEventListener("scroll", decide, { passive: true });

/** Something has another size. A thread that became shorter may have brought its end into view without a scroll event. */
function follow() {
  if (!following && left() <= 2) set(true);
  if (following && !dragging) toEnd();
  else offer();
}
const sizes = new ResizeObserver(follow);
sizes.observe(thread);
sizes.observe(document.querySelector("[data-below]") ?? thread);
sizes.observe(view);

// While text is being selected the view does not move, and afterwards the selection stays in view.
function release() {
  const { isCollapsed, anchorNode } = getSelection();
  if (dragging && !isCollapsed && thread.contains(anchorNode)) set(false);
  dragging = false;
  offer();
}
view.addEventListener("pointerdown", ({ button: pressed }) => { dragging = pressed === 0; });
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, release);

button.addEventListener("click", toEnd);
document.addEventListener("chat:sent", toEnd);
document.addEventListener("chat:arrive", () => {
  dragging = false;
  toEnd();
  offer();
});
document.addEventListener("chat:placed", () => {
  set(left() <= 2);
  top = view.scrollTop;
  offer();
});

// Earlier messages are inserted above the one that is read, which keeps its place. Browsers do that too, but not at the very top.
document.addEventListener("htmx:beforeSwap", ({ target }) => {
  if (!("earlier" in target.dataset)) return;
  const read = target.nextElementSibling;
  const place = read.getBoundingClientRect().top - view.getBoundingClientRect().top;
  const detail = { message: read.dataset.message, top: place };
  document.addEventListener("htmx:afterSwap", () => document.dispatchEvent(new CustomEvent("chat:place", { detail })), { once: true });
});

toEnd();
