// The switch of notifications, for this browser alone: it says the one thing that is true of it now. The browser is asked for its permission only when the switch is pressed.

const place = document.querySelector("[data-notifications]");
const button = place.querySelector("[data-action=notifications]");
const KEPT = "notifications";

function isOn() {
  return localStorage.getItem(KEPT) === "on" && Notification.permission === "granted";
}

/** Browsers of phones have the name, and refuse to make one. Where it is not allowed, nothing is shown by this. */
function isMade() {
  try {
    return Boolean(new Notification(""));
  } catch {
    return false;
  }
}

function state() {
  if (!window.isSecureContext) return "insecure";
  if (!window.Notification) return "none";
  if (Notification.permission === "denied") return "denied";
  if (Notification.permission === "default" && !isMade()) return "none";
  try {
    if (isOn()) return "on";
  } catch {
    return "forgets";
  }
  return Notification.permission === "granted" ? "off" : "ask";
}

function draw() {
  const now = state();
  place.querySelector("[data-told]").textContent = place.dataset[now];
  place.querySelector("[data-switch]").hidden = !(now in button.dataset);
  button.textContent = button.dataset[now] ?? "";
}

button.addEventListener("click", async () => {
  if (isOn()) localStorage.removeItem(KEPT);
  else if ((await Notification.requestPermission()) === "granted") localStorage.setItem(KEPT, "on");
  draw();
});
navigator.permissions?.query({ name: "notifications" }).then((permission) => permission.addEventListener("change", draw), () => {});
draw();
