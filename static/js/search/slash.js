// "/" leads to the box that searches everything, unless somebody is writing.

const box = document.getElementById("search-box");
const sidebar = document.getElementById("sidebar");
const WRITTEN_IN = "input, textarea, select, [contenteditable]";

function free({ key, ctrlKey, metaKey, altKey, isComposing, target, defaultPrevented }) {
  if (key !== "/" || ctrlKey || metaKey || altKey || isComposing || defaultPrevented) return false;
  return !target.closest?.(WRITTEN_IN) && !document.querySelector("dialog[open]");
}

document.addEventListener("keydown", (event) => {
  if (!box || !free(event)) return;
  event.preventDefault();
  if (!box.checkVisibility() && sidebar.contains(box)) sidebar.showPopover();
  box.focus();
  box.select();
});
