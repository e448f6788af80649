// Opens and closes the search inside a conversation without a new page. Without this file both are links.

const bar = () => document.querySelector("[data-find-bar]"); // it comes with a conversation, which may begin in this page
const plain = ({ ctrlKey, metaKey, shiftKey }) => !ctrlKey && !metaKey && !shiftKey;

function open() {
  bar().hidden = false;
  const box = document.getElementById("find-box");
  box.focus();
  box.select();
}

/** Words that are marked are there until the page is read anew. */
function close() {
  const found = document.querySelector("[data-found]");
  if (found) return location.assign(bar().querySelector("[data-find-close]").href);
  bar().hidden = true;
  document.querySelector("[data-find-open]")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-find-open], [data-find-close]");
  if (!bar() || !link || !plain(event)) return;
  event.preventDefault();
  if ("findOpen" in link.dataset) open();
  else close();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || !bar()?.contains(event.target)) return;
  event.preventDefault(); // so that it stops no answer
  close();
}, { capture: true });
