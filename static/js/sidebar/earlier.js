// Earlier conversations that are loaded into the list: none is listed twice.

const list = document.querySelector("[data-list]");
const rowsOf = (place) => [...place.querySelectorAll("[data-renamable]")];
const rowOf = (id) => list.querySelector(`#${id}`);
let hadFocus = false;

document.addEventListener("htmx:beforeSwap", ({ target }) => {
  hadFocus = "earlierRows" in target.dataset && target === document.activeElement;
});

// Rows that are listed above already (the open one, or one that has moved) stay there. The focus moves to the first new row.
document.addEventListener("htmx:load", ({ target }) => {
  if (target.parentElement !== list) return;
  for (const row of rowsOf(target)) if (rowOf(row.id) !== row) row.remove();
  if (hadFocus) target.querySelector("a")?.focus({ preventScroll: true });
  hadFocus = false;
});
