// The buttons Copy and Wrap on blocks of code, and Copy below an answer; also on content that comes later.
// Listens to: chat:shown {place}. Emits: chat:announce {text}.

const SHOWN_MS = 1600;

function button(name, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `ghost block__${name}`;
  made.dataset[name === "wrap" ? "wrap" : "copyCode"] = "";
  made.textContent = label;
  return made;
}

function addButtons(root) {
  for (const block of root.matches("[data-code]") ? [root] : root.querySelectorAll("[data-code]")) {
    const head = block.querySelector(".block__head");
    if (!head || head.querySelector("button")) continue;
    const wrap = button("wrap", "Wrap");
    wrap.setAttribute("aria-pressed", "false");
    head.append(wrap, button("copy", "Copy"));
  }
  for (const copy of root.querySelectorAll("[data-copy][hidden]")) {
    copy.hidden = !document.getElementById(copy.dataset.copy)?.querySelector(":scope > div > *");
  }
}

async function sourceOf(url) {
  const reply = await fetch(url);
  if (!reply.ok || reply.redirected) throw new Error(`no source: ${reply.status}`);
  return new Blob([await reply.text()], { type: "text/plain" });
}

/** Copies the Markdown source, and the formatted text for programs that accept it. The clipboard waits for the request. */
function copyAnswer({ copy, source }) {
  const answer = document.getElementById(copy).cloneNode(true);
  for (const part of answer.querySelectorAll("button")) part.remove();
  const html = new Blob([answer.innerHTML], { type: "text/html" });
  return navigator.clipboard.write([new ClipboardItem({ "text/plain": sourceOf(source), "text/html": html })]);
}

async function showResult(place, copying) {
  const label = place.querySelector("[data-label]") ?? place;
  const before = label.dataset.before ?? label.textContent;
  label.dataset.before = before;
  label.textContent = await copying.then(() => "Copied", () => "Not copied");
  document.dispatchEvent(new CustomEvent("chat:announce", { detail: { text: label.textContent } }));
  setTimeout(() => { label.textContent = before; }, SHOWN_MS);
}

document.addEventListener("click", ({ target }) => {
  const pressed = target.closest("[data-wrap], [data-copy-code], [data-copy]");
  const block = pressed?.closest("[data-code]");
  if (!pressed) return;
  const wrapped = "wrap" in pressed.dataset && block.classList.toggle("block--wrapped");
  if ("wrap" in pressed.dataset) pressed.setAttribute("aria-pressed", String(wrapped));
  else if (block) showResult(pressed, navigator.clipboard.writeText(block.querySelector("code").textContent));
  else showResult(pressed, copyAnswer(pressed.dataset));
});

addButtons(document.body); // before the first paint, so that nothing moves
document.addEventListener("htmx:load", ({ target }) => addButtons(target));
document.addEventListener("chat:shown", ({ detail }) => addButtons(detail.place));
