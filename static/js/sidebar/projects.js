// Keeps what stands above the rows of the list as it stands; a project that is being renamed stays until that is over.

const list = document.querySelector("[data-list]");
const only = (fragment, what) => (fragment.matches?.(what) ? fragment : fragment.querySelector(what));

document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
  if (target !== list) return;
  const both = (what) => [list, only(detail.fragment, "[data-list]")].map((each) => each.querySelector(what));
  const [own, fresh] = both(":scope > [data-projects]");
  if (!own.querySelector("input") && !own.isEqualNode(fresh)) own.replaceWith(fresh);
  const [select, selectNow] = both(":scope > [data-action=select]");
  if (selectNow && !select) list.querySelector(":scope > [data-projects]").after(selectNow);
  else if (select && !selectNow) select.remove();
});
