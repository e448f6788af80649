// Where this page stands in its thread, told with every question and every form; and whether that is where the thread stands.
// Speaks: chat:say {type, …}, chat:stale. Hears: chat:where, chat:open, chat:follow, chat:stands {leaf, generation, status}.

const MOST_IN_VAIN = 3; // then the page cannot be led on, and says so

const thread = document.getElementById("thread");
let inVain = 0;

const number = (text) => (text ? Number(text) : null);
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

function where() {
  const { message, generation, cursor, status, role } = thread.lastElementChild?.dataset ?? {};
  const run = { generation: number(generation), after: Number(cursor ?? 0), status: role === "assistant" ? status : "" };
  return { leaf: number(message), ...run };
}

const follow = () => tell("chat:say", { type: "follow", ...where() });

function compare(stands) {
  const shown = where();
  if (["leaf", "generation", "status"].every((name) => stands[name] === shown[name])) inVain = 0;
  else if (++inVain < MOST_IN_VAIN) follow();
  else tell("chat:stale");
}

document.addEventListener("chat:where", ({ detail }) => {
  for (const [name, value] of Object.entries(where())) detail[name] = value ?? "";
});
document.addEventListener("chat:open", follow);
document.addEventListener("chat:follow", follow);
document.addEventListener("chat:stands", ({ detail }) => compare(detail));
document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["Chat-Position"] = new URLSearchParams(Object.entries(where()).map(([name, value]) => [name, value ?? ""])).toString();
});
