// The files of a project that were checked went with what was sent. Listens to: chat:sent.

document.addEventListener("chat:sent", () => {
  for (const box of document.querySelectorAll("[data-project-files] :checked")) box.checked = false;
});
