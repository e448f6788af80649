// The line beside a resumed answer that grows: what was kept keeps its length, so the cut stays where it is.

const WHOLE = 1000;

function hold(line) {
  const { kept } = line.dataset;
  line.closest(".answer__body").toggleAttribute("data-kept", kept !== undefined);
  if (kept === undefined) return;
  const { height } = line.getBoundingClientRect();
  const length = `${(height * kept) / WHOLE}px`;
  line.setAttribute("viewBox", `0 0 12 ${kept}`);
  // On the frame, not on the line: htmx copies attributes of what it replaces, and the policy refuses the style.
  line.closest(".answer__body").style.setProperty("--kept", length);
}

document.addEventListener("htmx:load", ({ target }) => {
  const lines = target.matches(".life") ? [target] : target.querySelectorAll("article[aria-busy] .life");
  for (const line of lines) hold(line);
});
