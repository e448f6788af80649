// On the sign-in page: says that this browser keeps a draft, if there is one.

const line = document.querySelector("[data-kept]");

try {
  line.hidden = !Object.keys(localStorage).some((key) => key.startsWith("draft:"));
} catch {
  // The browser stores nothing for this site, so there is no draft.
}
