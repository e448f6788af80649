// Earlier conversations that were added to the list stay in it when its newest ones come anew; none stands there twice.

const list = document.querySelector("[data-list]");
const current = `row-${document.querySelector("[data-conversation]").dataset.conversation}`;
const rowsOf = (place) => [...place.querySelectorAll("[data-renamable]")];
const rowOf = (id) => list.querySelector(`#${id}`);
let asked = false;

/** Takes out what is listed behind the last of these rows; the open conversation's has moved, and leads nowhere. */
function takeRest(anew) {
  const ids = rowsOf(anew).map(({ id }) => id);
  const last = ids.findLast((id) => id !== current);
  const end = last && rowOf(last);
  if (!end) return null;
  const range = document.createRange();
  range.setStartAfter(end);
  range.setEndAfter(list.lastChild);
  const rest = range.extractContents();
  for (const row of rowsOf(rest)) if (ids.includes(row.id)) row.remove();
  return rest;
}

/** Says how to put what is looked at back into its place; at its top the list stays at its top. */
function hold() {
  const top = list.getBoundingClientRect().top;
  const seen = list.scrollTop > 0 && rowsOf(list).find((row) => row.id !== current && row.getBoundingClientRect().bottom > top);
  const place = seen && seen.getBoundingClientRect().top;
  return () => {
    const now = seen && rowOf(seen.id);
    if (now) list.scrollTop += now.getBoundingClientRect().top - place;
  };
}

document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
  const link = target === list && detail.fragment.querySelector("[data-earlier-rows]");
  if (!link) return;
  const putBack = hold();
  const rest = takeRest(detail.fragment);
  if (rest) link.replaceWith(rest);
  document.addEventListener("htmx:oobAfterSwap", putBack, { once: true });
});

document.addEventListener("htmx:beforeSwap", ({ target }) => {
  asked = "earlierRows" in target.dataset && target === document.activeElement;
});

// What was listed above already, as it was open or has moved since, stays there. Who came by keyboard goes on from here.
document.addEventListener("htmx:load", ({ target }) => {
  if (target.parentElement !== list) return;
  for (const row of rowsOf(target)) if (rowOf(row.id) !== row) row.remove();
  if (asked) target.querySelector("a")?.focus({ preventScroll: true });
  asked = false;
});
