// Shows what was loaded into the menu of models or branches, next to the link that asked for it, until one was chosen.

const chooser = document.querySelector("[data-chooser]");
let asked = null; // the link, or the button of the menu that it was in: that menu closes

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-chooses]");
  if (!link) return;
  const menu = link.closest("[popover]");
  asked = menu ? document.querySelector(`[popovertarget="${menu.id}"]`) : link;
  menu?.hidePopover();
});
document.addEventListener("htmx:load", ({ target }) => {
  if (target.parentElement !== chooser) return;
  chooser.showPopover({ source: asked?.isConnected ? asked : undefined });
});
document.addEventListener("submit", ({ target }) => {
  if (chooser?.contains(target)) chooser.hidePopover();
});
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.matches("[data-branch]")) chooser.hidePopover();
});
