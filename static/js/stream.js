// What the server sends to be shown, over the socket or by GET: applies each message once and in order, tells what is read.
// Speaks: chat:status {message, generation, status}, chat:shown {place}, chat:notice {text, tone},
// chat:stands {leaf, generation, after, status, by}, chat:follow, chat:say {type, …}. Hears: chat:message {text, by}.

const [ACK_AFTER_MS, ACK_AFTER_FRAMES] = [100, 16];
const ASK_AGAIN_AFTER_MS = 3000;
const HEAD = /^<!--frame (\{.*?\})-->/;

let asked = -Infinity;
let unread = { frames: 0, timer: null, last: null };

const articleOf = (frame) => document.getElementById(`message-${frame.message}`);
const say = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

function follow() {
  asked = performance.now();
  say("chat:follow");
}

/** True if the frame is the next one; asks the server once where one is missing. */
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
  const cursor = frame.to ?? Number(article?.dataset.cursor ?? frame.cursor); // a newer article stays
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
  say("chat:say", unread.last);
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
    if (frame.after > Number(article?.dataset.cursor)) return; // its end is missing, and asked for
    if (article && frame.status !== "stopping") {
      article.dataset.status = frame.status;
      if (frame.status === "running") article.setAttribute("aria-busy", "true");
      else article.removeAttribute("aria-busy");
    }
    say("chat:status", frame);
  },
  stands(frame) {
    say("chat:say", { type: "ack", generation: frame.generation ?? 0, seq: frame.after });
    say("chat:stands", frame);
  },
};

function apply({ text, by }) {
  if (text.startsWith("{")) {
    const frame = { ...JSON.parse(text), by };
    return kinds[frame.type]?.(frame);
  }
  const head = HEAD.exec(text);
  const frame = head && JSON.parse(head[1]);
  if (frame && !isNext(frame)) return;
  htmx.swap(document.body, text, { swapStyle: "none", ignoreTitle: true });
  if (frame) advance(frame, false);
}

document.addEventListener("chat:message", ({ detail }) => apply(detail));
