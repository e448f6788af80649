// Says on the buttons that take the model chosen in the message box which one that is.

const box = document.querySelector("[data-compose] select[name=model]");

function name() {
  if (box.disabled) return;
  const chosen = box.selectedOptions[0]?.textContent ?? "";
  for (const place of document.querySelectorAll("[data-chosen-model]")) {
    if (place.textContent !== chosen) place.textContent = chosen;
  }
}

box.addEventListener("change", name);
document.addEventListener("htmx:load", name);
addEventListener("pageshow", name); // a browser that comes back puts its own choice into the box
