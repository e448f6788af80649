// How this page shows the list of conversations, told to the server; and the name of the open one, where that is shown.
// Speaks: chat:say {type: "list", state, rows}. Hears: chat:open, chat:closed {code}, chat:unreached {status},
// chat:say {type: "ask"}, chat:where, chat:listed.

const DELETED = [404, 4404];
const IN_ORDER = ".list__group:not([data-open]) .row"; // the open one may be listed before its place

const list = document.querySelector("[data-list]");
const heading = () => document.querySelector("[data-heading] [data-title]");

const shows = () => ({ state: list.dataset.list, rows: list.querySelectorAll(IN_ORDER).length });
const tell = () => document.dispatchEvent(new CustomEvent("chat:say", { detail: { type: "list", ...shows() } }));

/** Renamed elsewhere, as the list says. */
function rename() {
  const name = list.querySelector("[aria-current] [data-title]")?.textContent;
  const title = heading();
  if (!name || !title || title.textContent === name) return;
  title.textContent = title.title = name;
  document.title = `${name} · Chatsite`;
}

/** Nobody tells a page without a conversation what becomes of it. */
function forget(code) {
  if (DELETED.includes(code)) list.querySelector(".row:has([aria-current])")?.remove();
}

document.addEventListener("chat:open", tell);
document.addEventListener("chat:closed", ({ detail }) => forget(detail.code));
document.addEventListener("chat:unreached", ({ detail }) => forget(detail.status));
document.addEventListener("chat:say", ({ detail }) => detail.type === "ask" && tell());
document.addEventListener("chat:where", ({ detail }) => {
  const { state, rows } = shows();
  Object.assign(detail, { list: state, rows });
});
document.addEventListener("chat:listed", () => {
  rename();
  tell();
});
