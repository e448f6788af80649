// Rename in place, delete after a question. Without this file both are pages.

const dialog = document.getElementById("delete-dialog");
const question = dialog.querySelector("[data-delete-form]");
const current = () => document.querySelector("[data-conversation]").dataset.conversation;

function post(form, url) {
  form.method = "post";
  form.action = url;
  form.setAttribute("hx-post", url);
  form.setAttribute("hx-swap", "none");
}

function rename(link) {
  const host = link.closest("[data-renamable]");
  const title = host.querySelector("[data-title]").textContent;
  const form = Object.assign(document.createElement("form"), { className: "rename" });
  const field = Object.assign(document.createElement("input"), { name: "title", className: "rename__field" });
  Object.assign(field, { value: title, maxLength: 200, required: true, dir: "auto" });
  const shown = [...host.children].filter((part) => !part.hidden);
  let over = false;
  const leave = () => {
    over = true;
    form.remove();
    for (const part of shown) part.hidden = false;
    (host.querySelector("a") ?? host.querySelector("button"))?.focus();
  };
  field.setAttribute("aria-label", "Title");
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    leave();
  });
  field.addEventListener("blur", () => {
    if (over) return;
    if (field.value.trim() && field.value !== title) form.requestSubmit();
    else leave();
  });
  form.addEventListener("htmx:beforeRequest", () => { over = true; });
  form.addEventListener("htmx:afterRequest", ({ detail }) => { over = detail.successful; });
  post(form, link.href);
  for (const part of shown) part.hidden = true;
  form.append(field);
  host.append(form);
  htmx.process(form);
  field.focus();
  field.select();
}

function ask(link) {
  post(question, link.href);
  const title = link.closest("[data-renamable]").querySelector("[data-title]");
  dialog.querySelector("[data-delete-title]").textContent = title.textContent;
  htmx.process(question);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-rename], [data-delete]");
  if (event.target.closest("[data-dialog-close]") || event.target === dialog) dialog.close();
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.closest("[popover].menu")?.hidePopover();
  if ("rename" in link.dataset) rename(link);
  else ask(link);
});

// A conversation deleted from the list leaves the page on the one that is being read.
question.addEventListener("htmx:beforeOnLoad", (event) => {
  const id = question.action.split("/").at(-3);
  if (id === current() || event.detail.xhr.status >= 400) return;
  event.preventDefault();
  document.getElementById(`row-${id}`)?.remove();
  dialog.close();
});

document.addEventListener("htmx:load", ({ target }) => {
  for (const link of target.querySelectorAll("[data-conversation-link]")) {
    if (current() && link.pathname.includes(current())) link.setAttribute("aria-current", "page");
  }
  const title = target.matches("[data-heading]") && target.querySelector("[data-title]").textContent;
  if (title) document.title = `${title} · Chatsite`;
});
document.querySelector("[data-list] [aria-current]")?.scrollIntoView({ block: "nearest" });
