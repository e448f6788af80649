// A conversation that begins in this page: the reply to its first prompt brings what a page of its own has, and this page is that
// page from then on. So scripts read which conversation is shown from the page when they need it. The server says
// conversation-begun {address, page} before the rest of its reply is shown.
// Emits: chat:begun, chat:follow.

const page = document.querySelector("[data-conversation]");
const form = document.querySelector("[data-compose]");

const emit = (name) => document.dispatchEvent(new CustomEvent(name));

form.addEventListener("htmx:configRequest", ({ target, detail }) => {
  const { conversation, socket } = page.dataset;
  if (target === form && !conversation && socket) detail.headers["Chat-Begins"] = "here";
});

function follow({ target }) {
  if (target !== form) return;
  form.removeEventListener("htmx:afterRequest", follow);
  emit("chat:follow");
}

form.addEventListener("conversation-begun", ({ detail }) => {
  Object.assign(page.dataset, detail.page);
  page.classList.remove("main--new");
  form.elements.conversation.value = page.dataset.conversation;
  form.elements.project?.remove();
  for (const over of document.querySelectorAll(".welcome, .begin-temporary")) over.remove();
  document.querySelector(".sidebar__new").removeAttribute("aria-current");
  history.pushState(null, "", detail.address);
  form.addEventListener("htmx:afterRequest", follow);
  emit("chat:begun");
});
