// A key leads to the box that searches everything. Listens to: chat:command {name}.

const box = document.getElementById("search-box");
const sidebar = document.getElementById("sidebar");

document.addEventListener("chat:command", (event) => {
  if (!box || event.detail.name !== "search") return;
  event.preventDefault();
  if (!box.checkVisibility() && sidebar.contains(box)) sidebar.showPopover();
  box.focus();
  box.select();
});
