// Files that are chosen, dropped, pasted or kept: the script for them is fetched then. Emits: chat:files {files}.

const inputNow = () => document.getElementById("files"); // another one after a switch
const holdsFiles = (data) => data?.types.includes("Files");
const isField = (target) => target.closest?.("textarea, input");

inputNow().form.removeAttribute("enctype"); // no file goes with the form

let script = null;
const fetched = () => (script ??= new Promise((onload) => {
  document.head.append(Object.assign(document.createElement("script"), { type: "module", src: inputNow().dataset.script, onload }));
}));

try {
  localStorage.files && fetched();
} catch {} // this browser keeps nothing

async function add(list) {
  const files = [...list];
  await fetched();
  document.dispatchEvent(new CustomEvent("chat:files", { detail: { files } }));
}

document.addEventListener("change", ({ target }) => {
  if (target !== inputNow()) return;
  add(target.files);
  target.value = "";
});
for (const name of ["dragover", "drop"]) {
  addEventListener(name, (event) => {
    const { dataTransfer, target } = event;
    const files = holdsFiles(dataTransfer);
    if (!files && isField(target)) return;
    event.preventDefault(); // otherwise the browser opens what was dropped
    if (files && name === "drop") add(dataTransfer.files);
  });
}
addEventListener("paste", (event) => {
  const { clipboardData } = event;
  if (holdsFiles(clipboardData) && !clipboardData.types.includes("text/plain")) {
    event.preventDefault();
    add(clipboardData.files);
  }
});
