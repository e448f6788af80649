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

function fit() {
  for (const formula of document.querySelectorAll(".prose math")) {
    formula.removeAttribute("data-wide"); // its own width counts, not the one that was made to fit
    const width = (formula.closest(".math") ?? formula).scrollWidth;
    formula.toggleAttribute("data-wide", width > PAPER_PX);
    if (width > PAPER_PX) formula.style.setProperty("--fit", String(PAPER_PX / width));
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
