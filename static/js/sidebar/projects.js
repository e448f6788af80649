// Keeps the projects above the list as they stand; one that is being renamed stays until that is over.

const list = document.querySelector("[data-list]");
const only = (fragment, what) => (fragment.matches?.(what) ? fragment : fragment.querySelector(what));

document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
  if (target !== list) return;
  const [own, fresh] = [list, only(detail.fragment, "[data-list]")].map((each) => each.querySelector(":scope > [data-projects]"));
  if (!own.querySelector("input") && !own.isEqualNode(fresh)) own.replaceWith(fresh);
});
