// Shows what the server sends, over the socket or by GET: each message once and in order. Tells the server what was read.
// Emits: chat:status {message, generation, status}, chat:shown {place}, chat:notice {text, tone},
// chat:stands {leaf, generation, after, status, by}, chat:follow, chat:say {type, …}. Listens to: chat:frames {frames, by}, chat:leave.

const [ACK_AFTER_MS, ACK_AFTER_FRAMES] = [250, 16];
const ASK_AGAIN_AFTER_MS = 3000;
const HEAD = /^<!--frame (\{.*?\})-->/;

let asked = -Infinity;
let unread = { frames: 0, timer: null, last: null };

const articleOf = (frame) => document.getElementById(`message-${frame.message}`);
const emit = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

function follow() {
  asked = performance.now();
  emit("chat:follow");
}

/** True if the frame is the next one. If one is missing, the server is asked once. */
function isNext(frame) {
  if ("cursor" in frame) return true;
  const own = articleOf(frame)?.dataset;
  const same = own?.generation === String(frame.generation);
  if (own && frame.from === (same ? Number(own.cursor) : 0)) return true;
  if (!(same && frame.to <= Number(own.cursor)) && performance.now() - asked > ASK_AGAIN_AFTER_MS) follow();
  return false;
}

function advance(frame, thinking) {
  const article = articleOf(frame);
  const cursor = frame.to ?? Number(article?.dataset.cursor ?? frame.cursor); // keeps the cursor of a newer article
  asked = -Infinity;
  if (article && article.dataset.generation !== String(frame.generation)) article.dataset.generation = frame.generation;
  if (article) article.dataset.cursor = cursor;
  if (cursor) article?.removeAttribute("data-waiting");
  const fold = document.getElementById(`thinking-${frame.message}`);
  if (fold && (thinking || "thinking" in fold.dataset)) fold.toggleAttribute("data-thinking", thinking);
  if (fold?.hidden && fold.lastElementChild.firstChild) fold.hidden = false;
  unread.last = { type: "ack", generation: frame.generation, seq: cursor };
  unread.frames += frame.count ?? 1;
  if (unread.frames >= ACK_AFTER_FRAMES) acknowledge();
  else unread.timer ??= setTimeout(acknowledge, ACK_AFTER_MS);
}

function acknowledge() {
  clearTimeout(unread.timer);
  emit("chat:say", unread.last);
  unread = { frames: 0, timer: null, last: null };
}

/** Grows the one text node, so that a selection inside it survives. */
const grow = (place, text) => (place.lastChild instanceof Text ? place.lastChild.appendData(text) : place.append(text));

/** Replaces the open block. Without htmx: nothing in it is for htmx, and settling would cost one more frame. */
const show = (place, html) => { place.innerHTML = html; emit("chat:shown", { place }); };

function put(what, end, frame, thinking, change) {
  const place = isNext(frame) && (document.getElementById(`${what}-${frame.message}${frame.place ?? ""}${end}`) ?? follow());
  if (place) { change(place, frame.text); advance(frame, thinking); }
}

const kinds = {
  text: (frame) => put("answer", "-tail", frame, false, grow),
  open: (frame) => put("answer", "-open", frame, false, show),
  reasoning: (frame) => put("reasoning", "", frame, !frame.place, grow),
  arguments: (frame) => put("tool", `-${frame.call}-arguments`, frame, false, grow),
  error: (frame) => emit("chat:notice", { text: frame.message, tone: "red" }),
  status(frame) {
    const article = articleOf(frame);
    if (article && article.dataset.generation !== String(frame.generation)) {
      if (frame.status !== "running") return;
      Object.assign(article.dataset, { generation: frame.generation, cursor: 0 });
    }
    if (frame.after > Number(article?.dataset.cursor)) return; // the end of the text is missing, and was asked for
    if (article && frame.status !== "stopping") {
      article.dataset.status = frame.status;
      if (frame.status === "running") article.setAttribute("aria-busy", "true");
      else article.removeAttribute("aria-busy");
    }
    emit("chat:status", frame);
  },
  stands(frame, by) {
    emit("chat:say", { type: "ack", generation: frame.generation ?? 0, seq: frame.after });
    emit("chat:stands", { ...frame, by });
  },
  html({ text }) {
    const head = HEAD.exec(text);
    const frame = head && JSON.parse(head[1]);
    if (frame && !isNext(frame)) return;
    htmx.swap(document.body, text, { swapStyle: "none", ignoreTitle: true });
    if (frame) advance(frame, false);
  },
};

document.addEventListener("chat:leave", () => { clearTimeout(unread.timer); unread.timer = null; });
document.addEventListener("chat:frames", ({ detail: { frames, by } }) => {
  for (const frame of frames) kinds[frame.type]?.(frame, by);
});
