// The buttons Copy and Wrap on blocks of code, also on those that come later; and Copy next to a message, which without this
// file is a link to its source.
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
    const wrap = button("wrap", document.text("Wrap"));
    wrap.setAttribute("aria-pressed", "false");
    head.append(wrap, button("copy", document.text("Copy")));
  }
}

async function sourceOf(url) {
  const reply = await fetch(url);
  if (!reply.ok || reply.redirected) throw new Error(`no source: ${reply.status}`);
  return new Blob([await reply.text()], { type: "text/plain" });
}

/** Copies the source, and with Markdown the formatted text for programs that accept it. The clipboard waits for the request. */
function copyMessage({ href, dataset }) {
  const kinds = { "text/plain": sourceOf(href) };
  const message = document.getElementById(dataset.copy)?.closest("[data-message]");
  const texts = [...message?.querySelectorAll("[data-answer]") ?? []].map((text) => text.cloneNode(true));
  for (const button of texts.flatMap((text) => [...text.querySelectorAll("button")])) button.remove();
  if (texts.length) kinds["text/html"] = new Blob(texts.map((text) => text.innerHTML), { type: "text/html" });
  return navigator.clipboard.write([new ClipboardItem(kinds)]);
}

async function showResult(place, copying) {
  const result = await copying.then(() => document.text("Copied"), () => document.text("Not copied"));
  document.dispatchEvent(new CustomEvent("chat:announce", { detail: { text: result } }));
  place.dataset.copied = result;
  setTimeout(() => { delete place.dataset.copied; }, SHOWN_MS);
  const label = place.querySelector("[data-label]") ?? (place.querySelector("svg") ? null : place);
  if (!label) return;
  const before = label.dataset.before ?? label.textContent;
  label.dataset.before = before;
  label.textContent = result;
  setTimeout(() => { label.textContent = before; }, SHOWN_MS);
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-wrap], [data-copy-code], [data-action=copy], [data-action=copy-text]");
  const block = pressed?.closest("[data-code]");
  if (!pressed || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (pressed.href) event.preventDefault();
  const wrapped = "wrap" in pressed.dataset && block.classList.toggle("block--wrapped");
  if ("wrap" in pressed.dataset) pressed.setAttribute("aria-pressed", String(wrapped));
  else if (block) showResult(pressed, navigator.clipboard.writeText(block.querySelector("code").textContent));
  else showResult(pressed, copyMessage(pressed));
});

addButtons(document.body); // before the first paint, so that nothing moves
document.addEventListener("htmx:load", ({ target }) => addButtons(target));
document.addEventListener("chat:shown", ({ detail }) => addButtons(detail.place));
