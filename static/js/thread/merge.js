// Replies and the socket bring the same news, in either order: an article stands once, and the newer one stays.

/** True if the first is further on: it has ended, or read more. */
const further = (one, other) =>
  one.status === other.status ? Number(one.cursor) > Number(other.cursor) : other.status === "running";

/** Another branch: what stands behind the fork goes, but for what is part of the new one. A page without the fork is anew. */
function clear(thread, branch) {
  const fork = thread.querySelector(`#message-${branch.dataset.after}`);
  if (!fork) location.reload();
  while (fork?.nextElementSibling && !branch.querySelector(`#${fork.nextElementSibling.id}`)) fork.nextElementSibling.remove();
}

/** An answer that this page shows as it stands, or better, is not shown anew: somebody may be reading or selecting it. */
const known = (article, shown) =>
  article.matches("article") && article.dataset.generation === shown.dataset.generation && !further(article.dataset, shown.dataset);

document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
  if (target.matches("article") && known(detail.fragment.firstElementChild ?? detail.fragment, target)) detail.shouldSwap = false;
  const wholeThread = detail.fragment.id === "thread";
  if (target.id !== "thread" || wholeThread) return;
  if (detail.fragment.dataset.after) clear(target, detail.fragment);
  for (const article of [...detail.fragment.children]) {
    const shown = document.getElementById(article.id);
    if (shown) (further(article.dataset, shown.dataset) ? shown : article).remove();
  }
  detail.shouldSwap = detail.fragment.children.length > 0;
});

// A fold that the reader opened stays open when it comes anew.
document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
  const open = target.matches("details[open]") || target.querySelector(":scope > details[open]");
  const fold = open && detail.fragment.querySelector("details");
  if (fold && target.matches("details, article")) fold.open = true;
});

// The form that asked is gone: the socket was sooner. Only a complaint is still news.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.requestConfig.elt.isConnected) return;
  detail.shouldSwap = false;
  if (detail.isError) htmx.swap(document.body, detail.serverResponse, { swapStyle: "none" });
});
