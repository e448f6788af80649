// Scroll anchor: the message that the reader came for stays in its place while the layout around it changes, until the
// reader moves.
// Listens to: chat:place {message, top}, chat:sent, chat:leave. Emits: chat:placed.

const STILL_FRAMES = 4;

const view = document.querySelector("[data-scroll]");
const topOf = (message) => message.getBoundingClientRect().top - view.getBoundingClientRect().top;
let held = null; // {message, top}
let stands = 0;
let still = 0; // frames without a move; a move after enough of them is the reader's

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

/** Content near the window gets its real size only now, over some frames. */
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
document.addEventListener("chat:leave", release);
document.querySelector("[data-jump]").addEventListener("click", release);
for (const name of ["wheel", "pointerdown", "touchmove"]) view.addEventListener(name, release, { passive: true });
view.addEventListener("scroll", scrolled, { passive: true });
new ResizeObserver(put).observe(document.getElementById("thread"));
