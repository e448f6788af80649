// The socket's frames: says where this page stands, applies each once and in order, tells what is read.
// Speaks: chat:status {message, generation, status}, chat:shown {place}, chat:notice {text, tone}.

const ACK_AFTER_MS = 100;
const ACK_AFTER_FRAMES = 16;
const ASK_AGAIN_AFTER_MS = 3000;
const HEAD = /^<!--frame (\{.*?\})-->/;

let socket = null; // while it is open
let asked = -Infinity;
let applying = null;
let unread = { frames: 0, timer: null, last: null };

const articleOf = (frame) => document.getElementById(`message-${frame.message}`);
const number = (text) => (text ? Number(text) : null);
const say = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const send = (command) => socket?.send(JSON.stringify(command));

function follow() {
  const last = document.getElementById("thread").lastElementChild?.dataset ?? {};
  asked = performance.now();
  const run = { generation: number(last.generation), after: Number(last.cursor ?? 0), status: last.status ?? null };
  send({ type: "follow", leaf: number(last.message), ...run });
}

/** True if the frame is the next one; asks the server once where one is missing. */
function isNext(frame) {
  if ("cursor" in frame) return true;
  const own = articleOf(frame)?.dataset;
  const same = own?.generation === String(frame.generation);
  if (own && frame.from === (same ? Number(own.cursor) : 0)) return true;
  const known = same && frame.to <= Number(own.cursor);
  if (!known && performance.now() - asked > ASK_AGAIN_AFTER_MS) follow();
  return false;
}

function advance(frame, thinking) {
  const cursor = frame.to ?? frame.cursor;
  const article = articleOf(frame);
  asked = -Infinity;
  Object.assign(article?.dataset ?? {}, { generation: frame.generation, cursor });
  if (cursor) article?.removeAttribute("data-waiting");
  const fold = document.getElementById(`thinking-${frame.message}`);
  if (fold && (thinking || "thinking" in fold.dataset)) fold.toggleAttribute("data-thinking", thinking);
  if (fold?.hidden && fold.lastElementChild.firstChild) fold.hidden = false;
  unread.last = { type: "ack", generation: frame.generation, seq: cursor };
  if (++unread.frames >= ACK_AFTER_FRAMES) acknowledge();
  else unread.timer ??= setTimeout(acknowledge, ACK_AFTER_MS);
}

function acknowledge() {
  clearTimeout(unread.timer);
  send(unread.last);
  unread = { frames: 0, timer: null, last: null };
}

/** Grows the one text node, so that a selection inside it survives. */
const grow = (place, text) => (place.lastChild instanceof Text ? place.lastChild.appendData(text) : place.append(text));

/** The open block anew: nothing in it is htmx's, and settling it would cost a frame of its own. */
const show = (place, html) => { place.innerHTML = html; say("chat:shown", { place }); };

function put(id, frame, thinking, change) {
  const place = isNext(frame) && (document.getElementById(id) ?? follow());
  if (place) { change(place, frame.text); advance(frame, thinking); }
}

const kinds = {
  text: (frame) => put(`answer-${frame.message}-tail`, frame, false, grow),
  open: (frame) => put(`answer-${frame.message}-open`, frame, false, show),
  reasoning: (frame) => put(`reasoning-${frame.message}`, frame, true, grow),
  arguments: (frame) => put(`tool-${frame.message}-${frame.call}-arguments`, frame, false, grow),
  error: (frame) => say("chat:notice", { text: frame.message, tone: "red" }),
  status(frame) {
    const article = articleOf(frame);
    if (article && article.dataset.generation !== String(frame.generation)) {
      if (frame.status !== "running") return;
      Object.assign(article.dataset, { generation: frame.generation, cursor: 0 });
    }
    if (article && frame.status !== "stopping") {
      article.dataset.status = frame.status;
      if (frame.status === "running") article.setAttribute("aria-busy", "true");
      else article.removeAttribute("aria-busy");
    }
    say("chat:status", frame);
  },
};

document.addEventListener("htmx:wsOpen", ({ detail }) => { socket = detail.socketWrapper; follow(); });
document.addEventListener("htmx:wsClose", () => { socket = null; });
document.addEventListener("htmx:wsBeforeMessage", (event) => {
  const { message } = event.detail;
  const head = HEAD.exec(message);
  applying = head && JSON.parse(head[1]);
  const frame = message.startsWith("{") && JSON.parse(message);
  if (frame || (applying && !isNext(applying))) event.preventDefault();
  if (frame) kinds[frame.type]?.(frame);
});
document.addEventListener("htmx:wsAfterMessage", () => { if (applying) advance(applying, false); });
