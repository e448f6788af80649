// Tells the server that the reader has seen how the last answer ended: this page was visible then, or is now.
// Emits: chat:say {type: "seen", generation}.
// Listens to: chat:begun, chat:arrive, chat:open, chat:closed, chat:reached {by}, chat:status, chat:stands.

const thread = document.getElementById("thread");
const { dataset: page } = document.querySelector("[data-conversation]");
const known = () => Number(page.seen); // which end the server knows to be seen; no number where there is no conversation
let told = known();
let open = false;

function look() {
  const { role, status, generation } = thread.lastElementChild?.dataset ?? {};
  if (document.hidden || role !== "assistant" || status === "running" || !(Number(generation) > told)) return 0;
  return Number(generation);
}

function tell() {
  const generation = open && look();
  if (!generation) return;
  told = generation;
  document.dispatchEvent(new CustomEvent("chat:say", { detail: { type: "seen", generation } }));
}

/** Without a socket: a form of its own. What does not arrive is said again with the next reply. */
async function post() {
  const generation = !open && look();
  if (!generation) return;
  const at = page.seenAt;
  const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
  const reply = await fetch(at, { method: "POST", headers, body: new URLSearchParams({ generation }) }).catch(() => null);
  if (reply?.ok && at === page.seenAt) told = generation;
}

document.addEventListener("chat:begun", () => { told = known(); });
document.addEventListener("chat:arrive", () => {
  open = false;
  told = known();
});
document.addEventListener("chat:open", () => { open = true; tell(); });
document.addEventListener("chat:closed", () => { open = false; told = known(); });
document.addEventListener("chat:reached", ({ detail }) => detail.by === "get" && post());
document.addEventListener("chat:status", tell);
document.addEventListener("chat:stands", tell);
document.addEventListener("visibilitychange", tell);
