// Pace: what pulses while words are due stands still while they come. The words show life then, and each frame of the page
// would have to compute what pulses again.
// Listens to: chat:frames {frames}, chat:arrive.

const SILENT_AFTER_MS = 1000;

let last = 0; // when words came
let flowing = false;

function set(now) {
  flowing = now;
  document.body.toggleAttribute("data-flowing", flowing);
  const tails = document.getElementById("thread").lastElementChild?.querySelectorAll("[data-answer] span[id$='-tail']") ?? [];
  for (const tail of tails) tail.toggleAttribute("data-silent", !flowing);
}

function look() {
  const left = last + SILENT_AFTER_MS - performance.now();
  if (left > 0) setTimeout(look, left);
  else set(false);
}

document.addEventListener("chat:frames", ({ detail }) => {
  if (!detail.frames.some((frame) => "to" in frame || frame.type === "html")) return;
  last = performance.now();
  if (flowing) return;
  set(true);
  setTimeout(look, SILENT_AFTER_MS);
});
document.addEventListener("chat:arrive", () => set(false));

set(false);
