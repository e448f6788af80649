// For who chose to see answers once they are complete: when one is, its beginning comes into view, not its end.
// Listens to: chat:status {message, status}.

const view = document.querySelector("[data-scroll]");

document.addEventListener("chat:status", ({ detail: { message, status } }) => {
  if (status === "running" || status === "stopping" || !view.hasAttribute("data-following")) return;
  const show = () => document.getElementById(`message-${message}`)?.scrollIntoView({ block: "start" });
  requestAnimationFrame(() => setTimeout(show)); // after the view followed the end of the thread
});
