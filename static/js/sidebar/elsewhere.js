// A quiet line for each answer that ended elsewhere, and their number in the tab's title. They stay for ten seconds that the
// page is looked at, and then until something else is done; or until the conversation is looked at, in whichever tab.
// Listens to: chat:ended, chat:listed.

const STAYS_MS = 10_000;
const MOST_LINES = 3;

const place = document.querySelector("[data-elsewhere]");
const news = new Map(); // by the id of the row: {line, since, unread}
let bare = document.title;
let shown = bare;

function mark() {
  if (document.title !== shown) bare = document.title;
  const title = news.size ? `(${news.size}) ${bare}` : bare;
  if (document.title !== title) document.title = title;
  shown = document.title; // as the browser spells it
}

function lineOf({ href, title, status }) {
  const line = place.querySelector("template").content.firstElementChild.cloneNode(true);
  line.querySelector("a").href = href;
  line.querySelector("b").textContent = title;
  line.querySelector("span").textContent = place.dataset[status];
  return line;
}

function drop(id) {
  news.get(id)?.line?.remove();
  news.delete(id);
}

function add(detail) {
  drop(detail.id);
  const line = detail.here ? null : lineOf(detail);
  if (line) place.append(line);
  const lines = place.querySelectorAll("p");
  if (lines.length > MOST_LINES) lines[0].remove();
  news.set(detail.id, { line, since: document.hidden ? Infinity : performance.now(), unread: false });
}

function compare() {
  for (const [id, entry] of news) {
    const state = document.getElementById(id)?.dataset.state;
    if (state === "running" || (entry.unread && !state)) drop(id);
    entry.unread = Boolean(state);
  }
  mark();
}

function lookedAt() {
  if (document.hidden) return;
  for (const [id, entry] of news) {
    if (entry.line) entry.since = Math.min(entry.since, performance.now());
    else drop(id);
  }
  mark();
}

function leave({ target }) {
  const now = performance.now();
  for (const [id, { line, since }] of news) if (!line?.contains(target) && now - since > STAYS_MS) drop(id);
  mark();
}

function close({ target }) {
  if (!target.closest("button")) return;
  for (const [id, { line }] of news) if (line?.contains(target)) drop(id);
  mark();
}

document.addEventListener("chat:ended", ({ detail }) => { add(detail); compare(); });
document.addEventListener("chat:listed", compare);
document.addEventListener("visibilitychange", lookedAt);
for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, leave);
place.addEventListener("click", close);
new MutationObserver(mark).observe(document.querySelector("title"), { childList: true });
