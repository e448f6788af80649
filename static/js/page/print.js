// Before printing: loads the earlier messages, and makes formulas fit that are wider than the paper.
// Emits: chat:notice {text, tone}.

const PAPER_PX = 640; // a little less than A4 within its margins, the narrowest paper
const LEFT_OUT = "The messages before these could not be loaded, so they are not printed.";

const view = document.querySelector("[data-scroll]");

/** A synchronous request: printing waits for nothing else. */
function fetchNow(url) {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.setRequestHeader("HX-Request", "true");
  try {
    request.send();
  } catch {
    return null; // no network
  }
  return request.status === 200 && request.responseURL === url ? request.responseText : null;
}

function loadEarlier() {
  const link = document.querySelector("#earlier a");
  if (!link) return;
  const url = new URL(link.href);
  url.hash = "";
  url.searchParams.set("whole", "");
  const read = document.getElementById("earlier").nextElementSibling;
  const place = read.getBoundingClientRect().top;
  const html = fetchNow(url.href);
  if (html === null) document.dispatchEvent(new CustomEvent("chat:notice", { detail: { text: LEFT_OUT, tone: "amber" } }));
  else htmx.swap(document.getElementById("earlier"), html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
  view.scrollTop += read.getBoundingClientRect().top - place;
}

function widthOf(formula) {
  const inside = document.createRange();
  inside.selectNodeContents(formula);
  return inside.getBoundingClientRect().width;
}

/** Small letters are wider than their size says, so what was made smaller is measured again. */
function fit() {
  for (const formula of document.querySelectorAll(".prose math")) {
    formula.removeAttribute("data-wide"); // its own width counts, not the one that was made to fit
    let part = 1;
    for (let width = widthOf(formula), before = 0; width > PAPER_PX && width !== before && part > 0.05; ) {
      part *= PAPER_PX / width;
      formula.style.setProperty("--fit", String(part));
      formula.toggleAttribute("data-wide", true);
      [before, width] = [width, widthOf(formula)];
    }
  }
}

function prepare() {
  loadEarlier();
  fit();
}

addEventListener("beforeprint", prepare);
matchMedia("print").addEventListener("change", ({ matches }) => matches && prepare());
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-print]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.closest("[popover]").hidePopover();
  print();
});
