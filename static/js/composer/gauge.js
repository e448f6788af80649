// Shows how full the model's window is once it is past a quarter, with what is typed now. Its parts come from the server, after the
// page, and again when another model is chosen or an answer begins or ends. Listens to: chat:arrive, chat:status.

const CHARACTERS_A_TOKEN = 4;
const SHOWN_FROM = 0.25;
const SHOWN_TOKENS = 8000; // where the window is unknown

/** As the server writes numbers of tokens. */
function short(tokens) {
  const [size, letter] = tokens >= 1_000_000 ? [1_000_000, "M"] : [1000, "k"];
  return tokens < 1000 ? `${tokens}` : (tokens / size).toFixed(1).replace(/\.0$/, "") + letter;
}

function show() {
  const gauge = document.querySelector("[data-gauge]");
  if (!gauge) return;
  const typed = Math.ceil(document.getElementById("prompt").value.length / CHARACTERS_A_TOKEN);
  const told = (gauge.dataset.told ??= gauge.dataset.used); // without what is typed
  const line = (gauge.dataset.line ??= gauge.textContent);
  const used = Number(told) + typed;
  gauge.dataset.used = used;
  gauge.textContent = line.replace(gauge.dataset.words, short(used));
  const size = Number(gauge.dataset.window);
  gauge.hidden = size ? used / size < SHOWN_FROM : used < SHOWN_TOKENS;
  gauge.toggleAttribute("data-full", Boolean(size) && used > size);
}

document.addEventListener("input", ({ target }) => {
  if (target.id === "prompt") show();
});
document.addEventListener("htmx:load", ({ target }) => {
  if (target.id === "gauge") show();
});

/** Without htmx, which calls a question that is left behind an error. A later one takes the place of one without an answer. */
let asked = null;
async function load(address) {
  asked?.abort();
  asked = new AbortController();
  const reply = await fetch(address, { signal: asked.signal });
  const html = await reply.text();
  const slot = document.getElementById("gauge-slot");
  if (reply.ok && !reply.redirected && slot) htmx.swap(slot, html, { swapStyle: "innerHTML" });
}

/** Soon, and once for what comes together. */
let soon = 0;
function ask() {
  clearTimeout(soon);
  soon = setTimeout(() => {
    const form = document.querySelector("[data-compose]");
    const { conversation, model } = form.elements;
    if (!conversation.value || !window.htmx) return;
    load(`/c/${conversation.value}/gauge/?${new URLSearchParams({ model: model.value })}`).catch(() => {});
  }, 300);
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-compose] select[name=model]")) ask();
});
document.addEventListener("htmx:load", ({ target }) => {
  if (target.matches("[id^=left-out-]")) ask(); // what is sent is more or less by now
});
document.addEventListener("chat:arrive", ask);
document.addEventListener("chat:status", ask);
ask();
