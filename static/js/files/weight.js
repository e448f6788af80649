// Says of the files in the message box about how many tokens they have and what these cost, or that the model takes none of them.

const form = document.querySelector("[data-compose]");
let shown = "";
let asked = null;

function query() {
  const files = [...form.querySelectorAll("[data-state=ready] [name=file]:checked")].map(({ value }) => ["file", value]);
  return files.length ? String(new URLSearchParams([["model", form.elements.model.value], ...files])) : "";
}

async function show() {
  const wanted = query();
  if (wanted === shown) return;
  shown = wanted;
  asked?.abort();
  asked = new AbortController();
  const reply = wanted && (await fetch(`/files/weight/?${wanted}`, { signal: asked.signal }).catch(() => null));
  if (wanted !== shown) return;
  document.getElementById("files-weight")?.remove();
  const place = document.getElementById("composed");
  if (reply?.ok && !reply.redirected && place) htmx.swap(place, await reply.text(), { swapStyle: "beforeend" });
}

new MutationObserver(show).observe(form, { childList: true, subtree: true });
form.addEventListener("change", show);
show();
