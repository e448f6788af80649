// Names the model that is chosen in the message box on the buttons that will use it.

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
addEventListener("pageshow", name); // after Back the browser restores its own choice
name();
