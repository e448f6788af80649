// Puts what comes next to the sum of edits where it belongs: the number of each message among its siblings. Messages that this page
// does not show yet come with theirs.

function place(steps) {
  const shown = document.getElementById(steps.id);
  if (shown && !shown.isEqualNode(steps)) {
    shown.replaceWith(steps);
    htmx.process(steps);
  } else steps.remove();
}

document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
  if (target.id === "edits") [...detail.fragment.querySelectorAll(".siblings")].forEach(place);
});
