// Fits the page into the height above the on-screen keyboard, in browsers that lay the keyboard over the page.

const root = document.documentElement;
const viewport = window.visualViewport;

function fit() {
  const covered = viewport.scale === 1 && innerHeight - viewport.height > 1;
  root.toggleAttribute("data-keyboard", covered);
  if (covered) root.style.setProperty("--seen", `${viewport.height}px`);
  else root.style.removeProperty("--seen");
  if (covered) scrollTo(0, 0);
}

viewport?.addEventListener("resize", fit);
