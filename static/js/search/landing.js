// Brings the word that was looked for into view, and keeps it there while the layout around it is made.
// Emits: chat:place {message, top}.

const STILL_FRAMES = 4;
const MOST_FRAMES = 60;

const view = document.querySelector("[data-scroll]");
const found = view?.querySelector("[data-found]");
const message = found?.closest("[data-message]");
let frames = 0;
let still = 0;
let moved = false;

function place() {
  const before = found.getBoundingClientRect().top;
  found.scrollIntoView({ block: "center" });
  const top = message.getBoundingClientRect().top - view.getBoundingClientRect().top;
  document.dispatchEvent(new CustomEvent("chat:place", { detail: { message: Number(message.dataset.message), top } }));
  still = Math.abs(found.getBoundingClientRect().top - before) > 1 ? 0 : still + 1;
}

function settle() {
  if (moved || !found.isConnected || still >= STILL_FRAMES || frames++ > MOST_FRAMES) return;
  place();
  requestAnimationFrame(settle);
}

// A reader who comes back to the page has a place of their own there.
if (message && !history.state?.place) {
  for (const name of ["wheel", "pointerdown", "touchmove", "keydown"]) view.addEventListener(name, () => { moved = true; }, { passive: true });
  settle();
}
