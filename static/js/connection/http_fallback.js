// Brings the page up to date by GET: with the messages that a socket would have sent it.
// Speaks: chat:where, chat:message {text, by}, chat:reached {by}, chat:unreached {status, over}. Hears: chat:get {now}.

const REPLY_WITHIN_MS = [1000, 2000, 5000]; // a connection that died in silence is left soon
const NEVER = [401, 404];
const REFUSED = 500; // it cannot be shown: asking on without end would not help
const MOST_REFUSED = 5;

const { standing } = document.querySelector("[data-conversation]").dataset;
let last = null; // the question that counts
let refused = 0;

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

function address() {
  const where = {};
  tell("chat:where", where);
  return `${standing}?${new URLSearchParams(where)}`;
}

/** The reply, or none. Only its beginning has to come in time: the rest may be long. */
async function reply() {
  for (const ms of REPLY_WITHIN_MS) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), ms);
    try {
      // As htmx asks, to be told that one is signed out, and not to be led away.
      return await fetch(address(), { headers: { "HX-Request": "true" }, signal: patience.signal });
    } catch {
      if (!patience.signal.aborted) return null;
    } finally {
      clearTimeout(timer);
    }
  }
  return null;
}

/** What a reply holds; none where it is somebody else's, as a proxy's page. */
async function messages(from) {
  try {
    return (await from.json()).messages;
  } catch {
    return null;
  }
}

async function get() {
  const mine = last = {};
  const came = await reply();
  const texts = came?.ok ? await messages(came) : null;
  for (const text of texts ?? []) tell("chat:message", { text, by: "get" });
  if (mine !== last) return;
  last = null;
  const status = came?.ok && !texts ? 0 : came?.status ?? 0;
  refused = status === REFUSED ? refused + 1 : 0;
  if (texts) tell("chat:reached", { by: "get" });
  else tell("chat:unreached", { status, over: NEVER.includes(status) || refused >= MOST_REFUSED });
}

document.addEventListener("chat:get", ({ detail }) => { if (detail.now || !last) get(); });
