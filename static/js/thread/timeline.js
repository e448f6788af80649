// The timeline in the margin of an answer: each cut is drawn next to the line of text where it happened, also while a resumed
// answer grows.

const ABOVE_PX = 3; // a mark starts a little above its line
const FAR_PX = 2000; // longer than its dashes
const LEAST_PX = 14; // of an edited piece, which may be a word

const outside = ".block__head, button";
const sizes = new ResizeObserver((entries) => { for (const { target } of entries) place(target.querySelector(".life")); });

/** The text nodes that the server counts: those of all texts of the answer, without the heads of code blocks. */
function* texts(body) {
  for (const answer of body.querySelectorAll("[data-answer]")) {
    const walker = document.createTreeWalker(answer, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
      if (node instanceof Text) return NodeFilter.FILTER_ACCEPT;
      return node.matches(outside) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
    });
    while (walker.nextNode()) yield walker.currentNode;
  }
}

/** The top of the line in which the shown text reaches this length; null if there is none. */
function lineOf(body, length) {
  let left = length;
  const range = document.createRange();
  for (const text of texts(body)) {
    if (text.length && text.length >= left) {
      range.setStart(text, Math.max(0, left - 1));
      range.setEnd(text, Math.max(1, left));
      const box = [...range.getClientRects()].at(-1) ?? text.parentElement.getBoundingClientRect();
      return box.height ? box.top : null;
    }
    left -= text.length;
  }
  return null;
}

function draw(line, places, starts, height) {
  line.setAttribute("viewBox", `0 0 12 ${height}`);
  line.querySelectorAll(".life__part").forEach((part, at) => {
    const [start, end] = [starts[at], starts[at + 1] ?? height].map((top) => Math.min(top, height));
    part.setAttribute("y", start);
    part.setAttribute("height", Math.max("edited" in part.dataset ? LEAST_PX : 0, end - start));
  });
  line.querySelectorAll("[data-cut]").forEach((cut, at) => {
    for (const path of cut.querySelectorAll("path")) path.setAttribute("d", `M6 ${places[at]}V${places[at] + FAR_PX}`);
    cut.querySelector("rect").setAttribute("y", places[at]);
  });
  for (const path of line.querySelectorAll("[data-end]")) path.setAttribute("d", `M6 ${height}V0`);
}

function place(line) {
  const body = line.closest(".answer__body");
  const kept = "kept" in line.dataset;
  body.toggleAttribute("data-kept", kept);
  const cuts = [...line.querySelectorAll("[data-cut]")];
  const parts = [...line.querySelectorAll(".life__part")];
  if (!cuts.length && !line.querySelector("[data-from]")) return;
  const { top, bottom } = body.getBoundingClientRect();
  const above = line.getBoundingClientRect().top - top;
  const topOf = (shown) => lineOf(body, Number(shown));
  const tops = cuts.map(({ dataset }) => topOf(dataset.cut));
  const starts = parts.map(({ dataset }) => (dataset.from ? topOf(dataset.from) : top + above + ABOVE_PX));
  if (tops.includes(null) || starts.includes(null)) return; // there is no layout: the places from the server stay
  const [places, from] = [tops, starts].map((all) => all.map((at) => Math.max(0, at - ABOVE_PX - top - above)));
  const height = kept ? places.at(-1) : bottom - top - above;
  // On the body, not on the line: htmx copies the attributes of what it replaces, and the content policy refuses styles.
  if (kept) body.style.setProperty("--kept", `${height}px`);
  draw(line, places, from, Math.max(1, height));
  if (!kept) sizes.observe(body);
}

document.addEventListener("htmx:load", ({ target }) => {
  const lines = target.matches(".life") ? [target] : target.querySelectorAll(".life");
  for (const line of lines) place(line);
});
addEventListener("resize", () => { for (const line of document.querySelectorAll(".life[data-kept]")) place(line); });
