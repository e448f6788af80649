// What keys do to the thread: its end comes into view, its last prompt can be edited. Listens to: chat:command {name}.

const LAST_PROMPT = "#thread > :nth-last-child(1 of [data-role=user]) [data-action=edit]";

const view = document.querySelector("[data-scroll]");

function latest() {
  const way = document.querySelector("[data-jump], [data-latest]");
  if (!way) return false;
  way.click();
  if (document.activeElement.id !== "prompt") view.focus({ preventScroll: true });
  return true;
}

function edit() {
  const button = document.querySelector(LAST_PROMPT);
  button?.click();
  return Boolean(button);
}

const DONE_BY = { latest, edit };

document.addEventListener("chat:command", (event) => {
  if (DONE_BY[event.detail.name]?.()) event.preventDefault();
});
