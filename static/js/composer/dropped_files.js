// Files that are dropped or pasted: the page stays open and says that files cannot be sent yet. Emits: chat:notice {text}.

const NOT_YET = "Files cannot be sent yet; that comes later. You can paste text.";

const holdsFiles = (data) => [...(data?.types ?? [])].includes("Files");
const isField = (target) => target instanceof Element && target.closest("textarea, input");

function say() {
  document.dispatchEvent(new CustomEvent("chat:notice", { detail: { text: NOT_YET } }));
}

for (const name of ["dragover", "drop"]) {
  addEventListener(name, (event) => {
    const files = holdsFiles(event.dataTransfer);
    if (!files && isField(event.target)) return;
    event.preventDefault(); // otherwise the browser opens what was dropped
    if (files && name === "drop") say();
  });
}
addEventListener("paste", ({ clipboardData }) => {
  if (holdsFiles(clipboardData) && !clipboardData.types.includes("text/plain")) say();
});
