// Files that were added and not sent are kept like the text next to them: this browser knows their numbers, for each person and
// conversation, and the server has the files. Emits: chat:kept {rows}. Listens to: chat:begun, chat:leave, chat:arrive.

const form = document.querySelector("[data-compose]");
const { person } = document.querySelector("[data-person]").dataset;
const keyNow = () => `${person}:${form.elements.conversation.value || "new"}`;
let key = keyNow();
let missing = []; // those that are being fetched
let isAway = false;

/** All that are kept, by person and conversation; nothing where the browser stores nothing. */
function all() {
  try {
    return JSON.parse(localStorage.files ?? "{}");
  } catch {
    return {};
  }
}

function store(ids) {
  const { [key]: before, ...others } = all();
  if (!ids.length && !before) return;
  const next = ids.length ? { ...others, [key]: ids } : others;
  try {
    if (Object.keys(next).length) localStorage.files = JSON.stringify(next);
    else localStorage.removeItem("files");
  } catch {
    // The text says that nothing is kept.
  }
}

const ids = () => [...form.querySelectorAll("#composed [data-state=ready]")].map(({ dataset }) => dataset.file);
const save = () => isAway || store([...new Set([...missing, ...ids()])]);

const isStyled = () => document.querySelector("link[href*='/css/files/files.']");

/** Those of them that are still there and were not sent meanwhile, and the style of their rows. */
async function restore() {
  const asked = key;
  const there = ids();
  missing = (all()[key] ?? []).filter((id) => !there.includes(id));
  if (!missing.length && isStyled()) return;
  const query = new URLSearchParams(missing.map((id) => ["file", id]));
  const reply = await fetch(`/files/kept/?${query}`).catch(() => null);
  const html = reply?.ok && !reply.redirected && (await reply.text().catch(() => ""));
  if (!html) return;
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!isStyled()) document.head.append(page.querySelector("link"));
  if (key !== asked) return;
  missing = [];
  document.dispatchEvent(new CustomEvent("chat:kept", { detail: { rows: [...page.querySelectorAll("[data-file]")] } }));
  save();
}

/** What was added since belongs to the conversation that has begun here. */
document.addEventListener("chat:begun", () => {
  store([]);
  key = keyNow();
  save();
});
document.addEventListener("chat:leave", () => { isAway = true; });
document.addEventListener("chat:arrive", () => {
  isAway = false;
  key = keyNow();
  restore();
});
new MutationObserver(save).observe(form, { childList: true, subtree: true });
restore();
