// Merges a new list of conversations into the one that is shown. Rows are kept, with their focus and an open field for their
// name, and the rows in view stay where they are. Earlier rows that were loaded stay as well.
// Emits: chat:listed.

const FACTS = ["data-state", "data-last", "data-pinned"];

const list = document.querySelector("[data-list]");
const current = () => `row-${document.querySelector("[data-conversation]").dataset.conversation}`; // it may begin in this page
const rowsOf = (place) => [...place.querySelectorAll(".row")];
const rowOf = (id) => list.querySelector(`#${id}`);
const linkOf = (place) => place.querySelector(":scope > [data-earlier-rows]");
const nameOf = (group) => group.querySelector(".list__label")?.textContent;

/** Takes over the name, the dot, and what the row says of itself. */
function patch(row, update) {
  const both = (what) => [row, update].map((each) => each.querySelector(what));
  const [link, fresh] = both("[data-conversation-link]");
  for (const [own, now] of [[link, fresh], both(".menu")]) if (!own.isEqualNode(now)) own.replaceChildren(...now.childNodes);
  link.title = fresh.title;
  for (const name of FACTS) if (row.toggleAttribute(name, update.hasAttribute(name))) row.setAttribute(name, update.getAttribute(name));
  row.querySelector(".row__more").ariaLabel = update.querySelector(".row__more").ariaLabel;
}

/** Puts a node where it belongs, unless it is there: what is moved may lose the focus. */
function put(parent, node, after) {
  const next = after ? after.nextElementSibling : parent.firstElementChild;
  const move = parent.moveBefore && node.isConnected ? "moveBefore" : "insertBefore";
  if (node !== next) parent[move](node, next);
}

/** A function that puts the rows in view back into their place; a list that is at its top stays there. */
function hold() {
  const top = list.getBoundingClientRect().top;
  const seen = list.scrollTop > 0 && rowsOf(list).find((row) => row.id !== current() && row.getBoundingClientRect().bottom > top);
  const place = seen && seen.getBoundingClientRect().top;
  return () => { if (seen?.isConnected) list.scrollTop += seen.getBoundingClientRect().top - place; };
}

/** The rows to remove, and whether rows follow that the new list does not cover. */
function leftOver(update) {
  const ids = rowsOf(update).map(({ id }) => id);
  const rows = rowsOf(list);
  const apart = [list, update].every((each) => each.querySelector("[data-open] .row")); // the open one; else it may have risen
  const partial = linkOf(update) && rows.length - Number(apart) > Number(update.dataset.rows);
  const last = partial ? rows.findLastIndex(({ id }) => id !== current() && ids.includes(id)) : rows.length;
  const beyond = last >= 0 && rows.slice(last + 1).some(({ id }) => !ids.includes(id));
  return { gone: rows.slice(0, last + 1).filter(({ id }) => !ids.includes(id)), beyond };
}

function fill(update) {
  let after = list.querySelector(":scope > [data-action=select]") ?? list.querySelector(":scope > [data-projects]");
  for (const group of update.querySelectorAll(":scope > .list__group")) {
    const rows = rowsOf(group);
    const own = [...list.children].find((each) => nameOf(each) && nameOf(each) === nameOf(group)) ?? group.cloneNode(true);
    if (!own.isConnected) own.querySelector("ul").replaceChildren();
    put(list, own, after);
    after = own;
    let above = null;
    for (const row of rows) {
      const there = rowOf(row.id);
      if (there) patch(there, row);
      put(own.querySelector("ul"), there ?? row, above);
      above = there ?? row;
    }
  }
}

function tidy(update, beyond) {
  for (const group of list.querySelectorAll(":scope > .list__group")) if (!rowsOf(group).length) group.remove();
  list.querySelector(":scope > .list__empty")?.remove();
  list.append(...update.querySelectorAll(":scope > .list__empty"));
  const [own, fresh] = [linkOf(list), linkOf(update)];
  if (beyond || own?.search === fresh?.search) return;
  own?.remove();
  if (fresh) htmx.process(list.appendChild(fresh));
}

function merge(update) {
  const putBack = hold();
  const { gone, beyond } = leftOver(update);
  for (const row of gone) row.remove();
  fill(update);
  tidy(update, beyond);
  list.dataset.list = update.dataset.list;
  putBack();
}

/** A row that comes alone is sent to the sidebar: the list may not have it any more. */
function take(update) {
  const row = rowOf(update.id);
  if (row) patch(row, update);
}

document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
  if (target !== list && target.id !== "sidebar") return;
  detail.shouldSwap = false;
  (target === list ? merge : take)(detail.fragment);
  document.dispatchEvent(new CustomEvent("chat:listed"));
});
