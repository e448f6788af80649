// Marks the conversation that is open in the list, and gives the page its title.
// Listens to: chat:listed, chat:arrive.

const page = document.querySelector("[data-conversation]").dataset;
const list = document.querySelector("[data-list]");

function mark(place) {
  for (const link of place.querySelectorAll("[data-conversation-link]")) {
    if (page.conversation && link.pathname.includes(page.conversation)) link.setAttribute("aria-current", "page");
  }
}

const inView = () => list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });

document.addEventListener("htmx:load", ({ target }) => {
  mark(target);
  const title = target.matches("[data-heading]") && target.querySelector("[data-title]").textContent;
  if (title) document.title = `${title} · Chatsite`;
});
document.addEventListener("chat:arrive", () => {
  for (const link of document.querySelectorAll("#sidebar [aria-current=page]")) link.removeAttribute("aria-current");
  mark(list);
  if (!page.conversation) document.querySelector(".sidebar__new").setAttribute("aria-current", "page");
  inView();
});
document.addEventListener("chat:listed", () => mark(list)); // a list may be older than the conversation that began in this page
inView();
