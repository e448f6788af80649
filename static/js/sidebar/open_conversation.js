// Marks the conversation that is open in the list, and gives the page its title.

const { conversation: open } = document.querySelector("[data-conversation]").dataset;

document.addEventListener("htmx:load", ({ target }) => {
  for (const link of target.querySelectorAll("[data-conversation-link]")) {
    if (open && link.pathname.includes(open)) link.setAttribute("aria-current", "page");
  }
  const title = target.matches("[data-heading]") && target.querySelector("[data-title]").textContent;
  if (title) document.title = `${title} · Chatsite`;
});
document.querySelector("[data-list] [aria-current]")?.scrollIntoView({ block: "nearest" });
