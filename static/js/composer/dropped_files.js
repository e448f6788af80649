// A file that is dropped or pasted stays where it is, and so does the page. Speaks: chat:notice.

const LATER = "Files cannot be sent yet; that comes later. You can paste text.";

const holdsFiles = (data) => [...(data?.types ?? [])].includes("Files");
const isField = (target) => target instanceof Element && target.closest("textarea, input");

function say() {
  document.dispatchEvent(new CustomEvent("chat:notice", { detail: { text: LATER } }));
}

for (const name of ["dragover", "drop"]) {
  addEventListener(name, (event) => {
    const files = holdsFiles(event.dataTransfer);
    if (!files && isField(event.target)) return;
    event.preventDefault(); // else the browser goes to what was dropped
    if (files && name === "drop") say();
  });
}
addEventListener("paste", ({ clipboardData }) => {
  if (holdsFiles(clipboardData) && !clipboardData.types.includes("text/plain")) say();
});
