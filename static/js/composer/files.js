// The files in the message box: each is a row that can be removed. What is sent while one still comes goes once all are there.
// Emits: chat:upload {row, file}, chat:notice {text}.
// Listens to: chat:files {files}, chat:kept {rows}, chat:uploaded, chat:leave, chat:arrive.

const WAITS = "It is sent once its files are there.";
const NOT_TAKEN = "A file was not taken, so nothing was sent yet. Remove it, then send.";

const form = document.querySelector("[data-compose]");
const box = form.elements.prompt;
const kept = new Map(); // by conversation, what its message box held
let place = document.getElementById("composed");
let waits = false;

const made = (tag, ...rest) => Object.assign(document.createElement(tag), ...rest);
const rows = () => [...(place?.querySelectorAll("[data-file]") ?? [])];
const isComing = ({ dataset }) => dataset.state === "uploading";
const where = () => form.elements.conversation.value;
const say = (text) => document.dispatchEvent(new CustomEvent("chat:notice", { detail: { text } }));
const show = () => place && form.querySelector(".composer__bar").before(place);

/** The row of a file that is on its way. */
function drawn(file) {
  const row = made("div", { className: "file" });
  Object.assign(row.dataset, { file: "", state: "uploading" });
  const name = made("span", { className: "file__name", dir: "auto", textContent: file.name });
  const button = made("button", { type: "button", className: "ghost", textContent: "×", ariaLabel: document.text("Remove this file") });
  button.dataset.action = "remove-file";
  row.append(name, made("progress", { value: 0, ariaLabel: file.name }), button);
  if (/^image\/(?!svg)/.test(file.type)) {
    const picture = made("img", { className: "file__picture", alt: "", src: URL.createObjectURL(file) });
    picture.onload = picture.onerror = () => URL.revokeObjectURL(picture.src);
    row.prepend(picture);
  }
  return row;
}

function begin() {
  if (place) return;
  place = made("div", { id: "composed", className: "files", role: "group", ariaLabel: document.text("Files") });
  show();
}

document.addEventListener("chat:kept", ({ detail: { rows: kept } }) => {
  if (kept.length) begin();
  place?.prepend(...kept.filter(({ id }) => !document.getElementById(id)));
});

document.addEventListener("chat:files", ({ detail: { files } }) => {
  begin();
  for (const file of files) {
    const row = drawn(file);
    place.append(row);
    document.dispatchEvent(new CustomEvent("chat:upload", { detail: { row, file } }));
  }
  box.focus({ preventScroll: true });
});

document.addEventListener("chat:uploaded", () => {
  if (!waits || rows().some(isComing)) return;
  waits = false;
  if (rows().some(({ dataset }) => dataset.state === "refused")) say(NOT_TAKEN);
  else form.requestSubmit(form.querySelector("[data-action=send]"));
});

form.addEventListener("click", ({ target }) => {
  const row = target.closest("[data-action=remove-file]")?.closest("[data-file]");
  if (!row) return;
  row.dispatchEvent(new Event("remove-file"));
  row.remove();
  box.focus({ preventScroll: true });
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  if (row.dataset.file) fetch(`/f/${row.dataset.file}/discard/`, { method: "POST", headers }).catch(() => {});
});

// Before any other script sees it.
document.addEventListener("submit", (event) => {
  if (event.target !== form || !rows().some(isComing)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  waits = true;
  say(WAITS);
}, { capture: true });

// What was added and not sent stays with its conversation as long as the page is open.
document.addEventListener("chat:leave", () => {
  if (rows().length) kept.set(where(), place);
  place?.remove();
  place = null;
  waits = false;
});
document.addEventListener("chat:arrive", () => {
  place = kept.get(where()) ?? null;
  kept.delete(where());
  show();
});
