// Stop, by button and by key: "Stopping…" until the connection to the provider is closed, then "Stopped".
// Emits: chat:ask. Listens to: chat:status {generation, status}, chat:command {name}, chat:arrive.

const STOPPED_SHOWN_MS = 1800;

const controls = () => document.getElementById("controls");
const button = () => document.querySelector("[data-action=stop]");
let before = controls().dataset.state;

function show(state) {
  const place = controls();
  before = place.dataset.state = state;
  const stop = button();
  if (stop) {
    stop.toggleAttribute("data-pressed", state === "stopping");
    stop.setAttribute("aria-disabled", String(state === "stopping"));
    stop.querySelector("[data-label]").textContent = state === "stopping" ? document.text("Stopping…") : document.text("Stop");
  }
  if (state !== "stopped") return;
  setTimeout(() => place === controls() && place.dataset.state === "stopped" && show("idle"), STOPPED_SHOWN_MS);
}

document.addEventListener("chat:command", (event) => {
  if (event.detail.name !== "stop" || document.querySelector(":popover-open, dialog[open]")) return;
  if (controls().dataset.state !== "running" || !button()) return;
  event.preventDefault();
  button().click();
});

document.addEventListener("htmx:beforeRequest", ({ target }) => target === button() && show("stopping"));
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const failed = detail.failed || !detail.xhr?.status;
  if (target === button() && failed && controls().dataset.state === "stopping") show("running");
  if (target.matches("[data-action=stop]")) document.dispatchEvent(new CustomEvent("chat:ask"));
});

document.addEventListener("chat:status", ({ detail }) => {
  if (button()?.dataset.generation !== String(detail.generation) || detail.status === "running") return;
  if (detail.status === "stopping") show("stopping");
  else show(detail.status === "cancelled" ? "stopped" : "idle");
});

document.addEventListener("chat:arrive", () => { before = controls().dataset.state; });

// New controls came from the server: "Stopped" is still shown for its time.
document.addEventListener("htmx:load", ({ target }) => {
  if (target.id !== "controls") return;
  const state = target.dataset.state;
  show(state === "idle" && ["stopping", "stopped"].includes(before) ? "stopped" : state);
});
