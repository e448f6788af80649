// Saved prompts: a slash at the beginning of the message box offers them. List, style sheet and script are fetched then.

const box = document.querySelector("[data-compose] textarea[name=prompt]");
let isAsking = false;

box.addEventListener("input", async () => {
  if (isAsking || !/^\/[^\s/]*$/.test(box.value) || document.getElementById("prompt-menu")) return;
  isAsking = true;
  await htmx.ajax("GET", "/prompts/menu/", { source: document.body, target: "#composer", swap: "beforeend" }).catch(() => {});
  isAsking = false;
  const src = document.getElementById("prompt-menu")?.dataset.script;
  if (src) document.head.append(Object.assign(document.createElement("script"), { type: "module", src }));
});
