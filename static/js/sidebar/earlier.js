// Earlier conversations are added to the list; none stands there twice.

const list = document.querySelector("[data-list]");
const rowsOf = (place) => [...place.querySelectorAll("[data-renamable]")];
const rowOf = (id) => list.querySelector(`#${id}`);
let asked = false;

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
