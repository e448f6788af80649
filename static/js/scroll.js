// The view follows the end while the reader is there, and stays still when not; a button leads back.
// Hears: chat:sent.

const NEAR_PX = 48;

const view = document.querySelector("[data-scroll]");
const thread = document.getElementById("thread");
const button = document.querySelector("[data-jump]");
let following = true;
let top = 0;

const left = () => view.scrollHeight - view.scrollTop - view.clientHeight;

function toEnd() {
  view.scrollTop = view.scrollHeight;
  top = view.scrollTop;
}

function decide() {
  const up = view.scrollTop < top - 1;
  const rest = left();
  if (rest <= 2 || (!up && rest < NEAR_PX)) following = true;
  else if (up) following = false;
  top = view.scrollTop;
  button.hidden = following || rest < view.clientHeight / 3;
}

// Before the text grows again: who scrolls up wants to read.
const leave = ({ deltaY }) => { if (deltaY < 0 && view.scrollTop > 0) following = false; };
view.addEventListener("wheel", leave, { passive: true });
view.addEventListener("scroll", decide, { passive: true });

function follow() {
  if (following) toEnd();
  else decide();
}
const sizes = new ResizeObserver(follow);
sizes.observe(thread);
sizes.observe(view);

button.addEventListener("click", () => {
  following = true;
  button.hidden = true;
  toEnd();
});
document.addEventListener("chat:sent", () => {
  following = true;
  toEnd();
});

// Earlier messages come in above what is read, which stays where it is. The browser would see to it, but not at the top.
document.addEventListener("htmx:beforeSwap", ({ target }) => {
  if (!("earlier" in target.dataset)) return;
  const read = target.nextElementSibling;
  const place = read.getBoundingClientRect().top;
  document.addEventListener("htmx:afterSwap", () => {
    view.scrollTop += read.getBoundingClientRect().top - place;
    top = view.scrollTop;
  }, { once: true });
});

toEnd();
