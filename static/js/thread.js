// An article stands in the thread once, though the reply to a POST and the socket may both bring it.

/** True if the first is further on: it has ended, or read more. */
const further = (one, other) =>
  one.status === other.status ? Number(one.cursor) > Number(other.cursor) : other.status === "running";

document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
  const wholeThread = detail.fragment.id === "thread";
  if (target.id !== "thread" || wholeThread) return;
  for (const article of [...detail.fragment.children]) {
    const shown = document.getElementById(article.id);
    if (shown) (further(article.dataset, shown.dataset) ? shown : article).remove();
  }
  detail.shouldSwap = detail.fragment.children.length > 0;
});
