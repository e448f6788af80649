// The palette, the picker of models and the table of keys: dialogs that are fetched when they are first opened, with their parts. Where
// htmx is not there they are pages.
// Listens to: chat:command {name}.

const ADDRESSES = { palette: "/palette/", keys: "/keys/", picker: "/models/" };

const fetched = {};
const dialogOf = (name) => document.getElementById(name);

async function fetchOnce(name) {
  const place = { source: document.body, target: "body", swap: "beforeend" };
  fetched[name] ??= htmx.ajax("GET", ADDRESSES[name], place).catch(() => {});
  await fetched[name];
  if (!dialogOf(name)) delete fetched[name]; // the next press tries again
  else await dressed(dialogOf(name));
}

const loaded = (element) => new Promise((done) => { element.onload = element.onerror = done; });

/** Once its style sheets are there or known not to come; its script begins with what the dialog holds. */
function dressed(dialog) {
  const parts = [...dialog.querySelectorAll("link")].filter(({ sheet }) => !sheet).map(loaded);
  const { script: src } = dialog.dataset;
  if (src) {
    const script = Object.assign(document.createElement("script"), { type: "module", src });
    parts.push(loaded(script));
    document.head.append(script);
  }
  return Promise.all(parts);
}

/** What was typed into the palette when it was last open is gone, and its list is as new as the page. */
function renew(dialog) {
  const box = dialog.querySelector("[role=combobox]");
  if (!box) return;
  box.value = "";
  htmx.trigger(box, "refresh");
}

async function toggle(name) {
  if (!window.htmx) return location.assign(ADDRESSES[name]);
  const dialog = dialogOf(name);
  if (dialog?.open) return dialog.close();
  if (dialog) renew(dialog);
  else await fetchOnce(name);
  if (dialogOf(name) && !document.querySelector("dialog[open]")) dialogOf(name).showModal();
}

document.addEventListener("chat:command", (event) => {
  const { name } = event.detail;
  if (!(name in ADDRESSES)) return;
  event.preventDefault();
  toggle(name);
});

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-models]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  toggle("picker");
});

// A press next to a dialog closes it.
document.addEventListener("click", ({ target }) => {
  if (target.matches?.("dialog[open]:is(#palette, #keys, #picker)")) target.close();
});
