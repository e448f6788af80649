// The files that went with what was sent leave the message box; one that was added meanwhile stays. Listens to: chat:sent.

const form = document.querySelector("[data-compose]");
const rows = () => form.querySelectorAll("#composed [data-file]");

form.addEventListener("htmx:configRequest", ({ target }) => {
  if (target === form) for (const row of rows()) row.toggleAttribute("data-goes", row.dataset.state === "ready");
});
document.addEventListener("chat:sent", () => {
  for (const row of rows()) if ("goes" in row.dataset) row.remove();
});
