// Updates the page by GET, with the messages that the socket would have sent.
// Emits: chat:where, chat:message {text, by}, chat:reached {by}, chat:unreached {status, over}. Listens to: chat:get {now}, chat:arrive.

const REPLY_WITHIN_MS = [1000, 2000, 5000]; // a dead connection is given up soon
const FINAL = [401, 404];
const SERVER_ERROR = 500; // the page cannot be shown: asking again without end would not help
const MOST_ERRORS = 5;

const page = document.querySelector("[data-conversation]").dataset;
let last = null; // the latest request; the end of an earlier one changes nothing
let errors = 0;
let conversations = 0; // that were shown here before: a reply for one of them is none for this one

const emit = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

function address() {
  const where = {};
  emit("chat:where", where);
  return `${page.standing}?${new URLSearchParams(where)}`;
}

/** The reply, or null. Only its headers have to come in time: the body may be long. */
async function request() {
  for (const ms of REPLY_WITHIN_MS) {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), ms);
    try {
      // With the header of htmx the server answers 401 to who is signed out, and does not redirect.
      return await fetch(address(), { headers: { "HX-Request": "true" }, signal: deadline.signal });
    } catch {
      if (!deadline.signal.aborted) return null;
    } finally {
      clearTimeout(timer);
    }
  }
  return null;
}

/** The messages in a reply; null where it is not the site's, such as the page of a proxy. */
async function messages(reply) {
  try {
    return (await reply.json()).messages;
  } catch {
    return null;
  }
}

async function get() {
  const mine = last = {};
  const here = conversations;
  const reply = await request();
  const texts = reply?.ok ? await messages(reply) : null;
  if (here !== conversations) return;
  for (const text of texts ?? []) emit("chat:message", { text, by: "get" });
  if (mine !== last) return;
  last = null;
  const status = reply?.ok && !texts ? 0 : reply?.status ?? 0;
  errors = status === SERVER_ERROR ? errors + 1 : 0;
  if (texts) emit("chat:reached", { by: "get" });
  else emit("chat:unreached", { status, over: FINAL.includes(status) || errors >= MOST_ERRORS });
}

document.addEventListener("chat:arrive", () => {
  conversations += 1;
  last = null;
  errors = 0;
});
document.addEventListener("chat:get", ({ detail }) => { if (detail.now || !last) get(); });
