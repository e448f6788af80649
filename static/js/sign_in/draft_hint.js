// On the page to sign in: says that a draft is kept in this browser, if one is.

const line = document.querySelector("[data-kept]");

try {
  line.hidden = !Object.keys(localStorage).some((key) => key.startsWith("draft:"));
} catch {
  // The browser keeps nothing for this site, so nothing is said.
}
