// Puts what comes next to the sum of edits where it belongs: the number of each message among its siblings, and the mark in the
// margin where the thread forks. Messages that this page does not show yet come with theirs.

const TEXT = ":scope > .message__text, :scope > .answer__body > [data-answer]"; // the mark is before it

/** The mark, or none, as it stands now. */
function mark(article, fork) {
  const shown = article.querySelector(".fork");
  if (fork && shown?.isEqualNode(fork)) return;
  shown?.remove();
  if (fork) article.querySelector(TEXT).before(fork);
}

function place(steps) {
  const shown = document.getElementById(steps.id);
  const article = shown?.closest("[data-message]");
  const next = steps.nextElementSibling;
  const fork = next?.matches(".fork") ? next : null;
  fork?.remove(); // also where the page does not show the message
  if (article) mark(article, fork);
  if (shown && !shown.isEqualNode(steps)) {
    shown.replaceWith(steps);
    htmx.process(steps);
  } else steps.remove();
}

document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
  if (target.id !== "edits") return;
  for (const steps of [...detail.fragment.querySelectorAll(".siblings")]) place(steps);
});
