// Says of the files in the message box about how many tokens they have and what these cost, or that the model takes none of them.

const form = document.querySelector("[data-compose]");
let shown = "";
let asked = null;

function query() {
  const files = [...form.querySelectorAll("[data-state=ready] [name=file]:checked")].map(({ value }) => ["file", value]);
  return files.length ? String(new URLSearchParams([["model", form.elements.model.value], ...files])) : "";
}

/** What the server says of them; nothing if it cannot be had, or is not wanted any more. */
async function weighed(wanted) {
  const reply = await fetch(`/files/weight/?${wanted}`, { signal: asked.signal });
  const html = await reply.text();
  return reply.ok && !reply.redirected ? html : "";
}

async function show() {
  const wanted = query();
  if (wanted === shown) return;
  shown = wanted;
  asked?.abort();
  asked = new AbortController();
  const html = wanted && (await weighed(wanted).catch(() => ""));
  if (wanted !== shown) return;
  document.getElementById("files-weight")?.remove();
  const place = document.getElementById("composed");
  if (html && place) htmx.swap(place, html, { swapStyle: "beforeend" });
}

new MutationObserver(show).observe(form, { childList: true, subtree: true });
form.addEventListener("change", show);
show();
