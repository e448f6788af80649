// What the menus of conversations do without leaving the page: pin, archive, delete, move to a project. Without this file their
// buttons and links lead to pages.
// Listens to: chat:move {address, values, source}.

const menu = document.querySelector("[data-move]");

function post(event) {
  event.preventDefault();
  const { submitter, target: source } = event;
  const values = submitter.name ? { [submitter.name]: submitter.value } : {};
  const address = submitter.hasAttribute("formaction") ? submitter.formAction : source.action;
  htmx.ajax("POST", address, { source, target: document.body, swap: "none", values });
  submitter.closest("[popover].menu")?.hidePopover();
}

for (const each of document.querySelectorAll("[data-delete-form], [data-order-form]")) {
  each.addEventListener("submit", post);
}
menu.addEventListener("submit", post);

/** The choice of a project: the same forms that the page has which the link leads to. */
function choose(method, address, source, values = {}) {
  menu.replaceChildren();
  menu.showPopover({ source });
  htmx.ajax(method, address, { source: menu, target: menu, swap: "innerHTML", values }).then(() => menu.querySelector("button:enabled, input:not([type=hidden])")?.focus());
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-action=move]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.closest("[popover].menu")?.hidePopover();
  choose("GET", link.href, link.closest(".row")?.querySelector(".row__more"));
});
document.addEventListener("chat:move", ({ detail: { address, values, source } }) => choose("POST", address, source, values));
