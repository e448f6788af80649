// Copy and Wrap on blocks of code, Copy under an answer; also on content that came later.
// Hears: chat:shown. Speaks: chat:announce {text}.

const SHOWN_MS = 1600;

function button(name, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `ghost block__${name}`;
  made.dataset[name === "wrap" ? "wrap" : "copyCode"] = "";
  made.textContent = label;
  return made;
}

function dress(root) {
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

async function fetched(url) {
  const reply = await fetch(url);
  if (!reply.ok || reply.redirected) throw new Error(`no source: ${reply.status}`);
  return new Blob([await reply.text()], { type: "text/plain" });
}

/** The Markdown as it was written; formatted, where what it is pasted into takes that. The clipboard waits for the fetch. */
function copyAnswer({ copy, source }) {
  const answer = document.getElementById(copy).cloneNode(true);
  for (const part of answer.querySelectorAll("button")) part.remove();
  const html = new Blob([answer.innerHTML], { type: "text/html" });
  return navigator.clipboard.write([new ClipboardItem({ "text/plain": fetched(source), "text/html": html })]);
}

async function say(place, copying) {
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
  else if (block) say(pressed, navigator.clipboard.writeText(block.querySelector("code").textContent));
  else say(pressed, copyAnswer(pressed.dataset));
});

document.addEventListener("htmx:load", ({ target }) => dress(target));
document.addEventListener("chat:shown", ({ detail }) => dress(detail.place));
