// The height that is left above the keyboard of a phone whose browser lays it over the page.

const root = document.documentElement;
const seen = window.visualViewport;

function fit() {
  const covered = seen.scale === 1 && innerHeight - seen.height > 1;
  root.toggleAttribute("data-keyboard", covered);
  if (covered) root.style.setProperty("--seen", `${seen.height}px`);
  else root.style.removeProperty("--seen");
  if (covered) scrollTo(0, 0);
}

seen?.addEventListener("resize", fit);
