// The line that says what was deleted, with its Undo, stays for ten seconds, and then until something else is done.

const STAYS_MS = 10_000;

const since = new WeakMap();
const lines = () => document.querySelectorAll("[data-undo]");

function note() {
  for (const line of lines()) if (!since.has(line)) since.set(line, performance.now());
}

function leave({ target }) {
  for (const line of lines()) {
    if (!line.contains(target) && performance.now() - since.get(line) > STAYS_MS) line.remove();
  }
}

note();
document.addEventListener("htmx:load", note);
for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, leave);
