// Tells the server which list of conversations this page shows; and shows a new name of the open conversation as its title.
// Emits: chat:say {type: "list", state, rows, scope}. Listens to: chat:open, chat:closed {code}, chat:unreached {status},
// chat:say {type: "ask"}, chat:where, chat:listed.

const DELETED = [404, 4404];
const ALL = 100_000; // the server sends as many as it does at most
const IN_ORDER = ".list__group:not([data-open]) .row"; // the open one may be listed out of order

const list = document.querySelector("[data-list]");
const heading = () => document.querySelector("[data-heading] [data-title]");

/** Where no row is left to be loaded, none is to fall out at the end for one that comes at the top. */
const rows = () => (list.querySelector(":scope > [data-earlier-rows]") ? list.querySelectorAll(IN_ORDER).length : ALL);
const shows = () => ({ state: list.dataset.list, rows: rows(), scope: list.dataset.scope });
const sendState = () => document.dispatchEvent(new CustomEvent("chat:say", { detail: { type: "list", ...shows() } }));

/** The list says that the open conversation was renamed elsewhere. */
function rename() {
  const name = list.querySelector("[aria-current] [data-title]")?.textContent;
  const title = heading();
  if (!name || !title || title.textContent === name) return;
  title.textContent = title.title = name;
  document.title = `${name} · Chatsite`;
}

/** A page whose conversation was deleted gets no more lists, so it removes the row itself, and wants the whole list later. */
function forget(code) {
  if (!DELETED.includes(code)) return;
  list.querySelector(".row:has([aria-current])")?.remove();
  list.dataset.list = "";
}

document.addEventListener("chat:open", sendState);
document.addEventListener("chat:closed", ({ detail }) => forget(detail.code));
document.addEventListener("chat:unreached", ({ detail }) => forget(detail.status));
document.addEventListener("chat:say", ({ detail }) => detail.type === "ask" && sendState());
document.addEventListener("chat:where", ({ detail }) => {
  const { state, rows, scope } = shows();
  Object.assign(detail, { list: state, rows, scope });
});
document.addEventListener("htmx:configRequest", ({ detail }) => { detail.headers["Chat-List"] = list.dataset.scope; });
document.addEventListener("chat:listed", () => {
  rename();
  sendState();
});
