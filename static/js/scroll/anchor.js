// The message that the reader came for stays in its place, whatever gets its size around it, until the reader moves.
// Hears: chat:place {message, top}, chat:sent. Speaks: chat:placed.

const STILL_FRAMES = 4;

const view = document.querySelector("[data-scroll]");
const topOf = (message) => message.getBoundingClientRect().top - view.getBoundingClientRect().top;
let held = null; // {message, top}
let stands = 0;
let still = 0; // frames without a move: at first it is layout that moves things, later on somebody scrolled

const message = () => held && document.getElementById(`message-${held.message}`);

function put() {
  const read = message();
  if (!read) return;
  const before = view.scrollTop;
  view.scrollTop += topOf(read) - (held.top ?? parseFloat(getComputedStyle(read).scrollMarginTop));
  still = Math.abs(view.scrollTop - before) > 1 ? 0 : still + 1;
  stands = topOf(read);
  document.dispatchEvent(new CustomEvent("chat:placed"));
}

/** What comes near the window gets its true size only then, and takes some frames for it. */
function settle() {
  put();
  const unsettled = message() && still < STILL_FRAMES;
  view.toggleAttribute("data-settling", Boolean(unsettled));
  if (unsettled) requestAnimationFrame(settle);
}

function release() {
  held = null;
}

function scrolled() {
  const read = message();
  if (read && still >= STILL_FRAMES && Math.abs(topOf(read) - stands) > 1) release();
}

document.addEventListener("chat:place", ({ detail }) => {
  held = detail;
  still = 0;
  settle();
});
document.addEventListener("chat:sent", release);
document.querySelector("[data-jump]").addEventListener("click", release);
for (const name of ["wheel", "pointerdown", "touchmove"]) view.addEventListener(name, release, { passive: true });
view.addEventListener("scroll", scrolled, { passive: true });
new ResizeObserver(put).observe(document.getElementById("thread"));
