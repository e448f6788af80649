// The position of this page in its thread: sent with every question and every form, and compared with the state of the thread.
// Emits: chat:say {type, …}, chat:stale. Listens to: chat:where, chat:open, chat:follow, chat:arrive,
// chat:stands {leaf, generation, status, queue}.

const MOST_FAILED = 3; // after so many tries to catch up the page says that it is out of date

const thread = document.getElementById("thread");
const page = document.querySelector("[data-conversation]").dataset;
let failed = 0;

/** With an ended answer on the page the Stop button belongs to one that is written on another branch. */
const stop = () => document.querySelector("#controls [data-action=stop]");
const edits = () => Number(document.getElementById("edits")?.dataset.edits ?? 0);
const number = (text) => (text ? Number(text) : null);
const emit = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

function where() {
  const { message, generation, cursor, status, role } = thread.lastElementChild?.dataset ?? {};
  const run = { generation: number(generation), after: Number(cursor ?? 0), status: role === "assistant" ? status : "" };
  const elsewhere = status === "running" ? null : number(stop()?.dataset.generation);
  return { leaf: number(message), ...run, elsewhere, edits: edits(), queue: document.getElementById("queue")?.dataset.queue ?? "" };
}

/** The socket may have been opened before the conversation began. */
const follow = () => emit("chat:say", { type: "follow", conversation: page.conversation || null, ...where() });

function compare(stands) {
  const shown = where();
  if (["leaf", "generation", "status", "elsewhere", "edits", "queue"].every((name) => stands[name] === shown[name])) failed = 0;
  else if (++failed < MOST_FAILED) follow();
  else emit("chat:stale");
}

document.addEventListener("chat:where", ({ detail }) => {
  for (const [name, value] of Object.entries(where())) detail[name] = value ?? "";
});
document.addEventListener("chat:arrive", () => { failed = 0; });
document.addEventListener("chat:open", follow);
document.addEventListener("chat:follow", follow);
document.addEventListener("chat:stands", ({ detail }) => compare(detail));
document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["Chat-Position"] = new URLSearchParams(Object.entries(where()).map(([name, value]) => [name, value ?? ""])).toString();
});
