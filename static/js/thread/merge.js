// Merges new messages into the thread. A reply and the socket may both bring a message, in either order: it is shown once,
// and the newer one stays.

/** True if the first is newer: it has ended, or has a larger cursor. */
const newer = (one, other) =>
  one.status === other.status ? Number(one.cursor) > Number(other.cursor) : other.status === "running";

/** Another branch: removes what follows the fork, except messages of the new branch. A page without the fork is reloaded. */
function clearAfterFork(thread, branch) {
  const fork = thread.querySelector(`#message-${branch.dataset.after}`);
  if (!fork) location.reload();
  while (fork?.nextElementSibling && !branch.querySelector(`#${fork.nextElementSibling.id}`)) fork.nextElementSibling.remove();
}

/** An answer that this page shows in the same or a newer state is not replaced: the reader may be selecting in it. */
const isShown = (article, shown) =>
  article.matches("article") && article.dataset.generation === shown.dataset.generation && !newer(article.dataset, shown.dataset);

document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
  if (target.matches("article") && isShown(detail.fragment.firstElementChild ?? detail.fragment, target)) detail.shouldSwap = false;
  const wholeThread = detail.fragment.id === "thread";
  if (target.id !== "thread" || wholeThread) return;
  if (detail.fragment.dataset.after) clearAfterFork(target, detail.fragment);
  for (const article of [...detail.fragment.children]) {
    const shown = document.getElementById(article.id);
    if (shown) (newer(article.dataset, shown.dataset) ? shown : article).remove();
  }
  detail.shouldSwap = detail.fragment.children.length > 0;
});

// A fold that the reader opened stays open when it is replaced.
document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
  const open = target.matches("details[open]") || target.querySelector(":scope > details[open]");
  const fold = open && detail.fragment.querySelector("details");
  if (fold && target.matches("details, article")) fold.open = true;
});

// The form that asked is gone, because the socket was faster. Only an error and an Undo still have to be shown.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.requestConfig.elt.isConnected) return;
  detail.shouldSwap = false;
  if (detail.isError || detail.serverResponse.includes("data-undo")) htmx.swap(document.body, detail.serverResponse, { swapStyle: "none" });
});
