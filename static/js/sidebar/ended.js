// Hears from the list of conversations that an answer ended: in another one, or in this one while nobody looks at the page.
// Those that the list does not show are said apart.
// Emits: chat:ended {id, run, title, href, status, unread, here}. Listens to: chat:listed.

const NEWS = ["finished", "failed", "interrupted"]; // who stops an answer knows that it ended

const list = document.querySelector("[data-list]");
const ends = new Map(); // of each row that was listed: the answer up to which an end is no news

function look(isNews) {
  const known = Math.max(0, ...ends.values()); // a row that was not listed may be of a conversation that is new
  for (const row of list.querySelectorAll(".row, [data-other]")) {
    const [number, status] = row.dataset.last.split(" ");
    const run = Number(number);
    const before = ends.get(row.id) ?? (isNews ? known : run);
    if (status !== "running") ends.set(row.id, Math.max(before, run));
    else if (!ends.has(row.id)) ends.set(row.id, run - 1);
    if (isNews && run > before && NEWS.includes(status)) tell(row, run, status);
  }
}

function tell(row, run, status) {
  const link = row.querySelector("a");
  const here = link.hasAttribute("aria-current");
  if (here && !document.hidden) return;
  const unread = row.dataset.state !== "";
  const title = (link.querySelector("[data-title]") ?? link).textContent;
  const detail = { id: row.id, run, title, href: link.href, status, unread, here };
  document.dispatchEvent(new CustomEvent("chat:ended", { detail }));
}

look(false);
document.addEventListener("chat:listed", () => look(true));
document.addEventListener("htmx:load", ({ target }) => target.parentElement === list && look(false));
