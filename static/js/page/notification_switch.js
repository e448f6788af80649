// The switch of notifications, for this browser alone. The browser is asked for its permission only when the switch is pressed.

const place = document.querySelector("[data-notifications]");
const button = place.querySelector("[data-action=notifications]");
const KEPT = "notifications";

function isOn() {
  return localStorage.getItem(KEPT) === "on" && Notification.permission === "granted";
}

function state() {
  try {
    if (!window.Notification) return "none";
    if (Notification.permission === "denied") return "denied";
    return isOn() ? "on" : "off";
  } catch {
    return "none"; // this browser keeps nothing
  }
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
draw();
