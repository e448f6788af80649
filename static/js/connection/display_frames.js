// Display frames: growing text that comes faster than the display shows it is shown together, once per frame of the display.
// The first of it is shown at once, and nothing passes text that waits. A hidden page draws nothing: there text waits longer.
// Emits: chat:frames {frames, by}. Listens to: chat:message {text, by}, chat:leave.

const FRAME_MS = 16;
const HIDDEN_MS = 1000;
const MOST_WAITING = 32; // half of what the server sends before it waits for an acknowledgement
const GROWING = ["text", "reasoning", "arguments"];

let waiting = []; // frames, the last of which may still grow
let count = 0; // of the messages in them
let scheduled = false;
let last = -Infinity;

const emit = (frames, by) => document.dispatchEvent(new CustomEvent("chat:frames", { detail: { frames, by } }));
const read = (text) => (text.startsWith("{") ? JSON.parse(text) : { type: "html", text });

/** True if the one begins where the other ends, in the same place. */
const continues = (frame, before) =>
  before?.to === frame.from && ["type", "message", "generation", "call"].every((name) => frame[name] === before[name]);

function wait(frame) {
  const before = waiting.at(-1);
  if (continues(frame, before)) Object.assign(before, { to: frame.to, text: before.text + frame.text, count: before.count + 1 });
  else waiting.push({ ...frame, count: 1 });
  if (++count >= MOST_WAITING) return show();
  if (scheduled) return;
  scheduled = true;
  if (document.hidden) setTimeout(show, HIDDEN_MS);
  else requestAnimationFrame(show);
}

function show() {
  scheduled = false;
  last = performance.now();
  const frames = waiting;
  waiting = [];
  count = 0;
  if (frames.length) emit(frames, "socket");
}

document.addEventListener("chat:message", ({ detail: { text, by } }) => {
  const frame = read(text);
  const early = document.hidden || performance.now() - last < FRAME_MS;
  if (by === "socket" && GROWING.includes(frame.type) && (early || waiting.length)) return wait(frame);
  if (waiting.length) show();
  else last = performance.now();
  emit([frame], by);
});
document.addEventListener("chat:leave", () => {
  waiting = [];
  count = 0;
});
document.addEventListener("visibilitychange", show);
