// A file that is imported comes in parts, each a request of its own: it may be of any size, its progress is seen, and what was cut on the
// way goes on where it was. The page then leads to the report.

const TRIES = 5;
const pause = (tries) => new Promise((done) => setTimeout(done, 500 * 2 ** tries));

async function asked(path, token, body) {
  const reply = await fetch(path, { method: "POST", headers: { "X-CSRFToken": token }, body });
  const said = await reply.json().catch(() => ({}));
  if (!reply.ok) throw Object.assign(new Error(said.error ?? document.text("The file could not be sent. Try again.")), { final: reply.status < 500 || reply.status === 507 });
  return said;
}

/** Sends what is left until all has come; a part that fails is sent again for a while. */
async function sendParts(address, file, size, token, bar) {
  let at = 0;
  let tries = 0;
  for (;;) {
    try {
      const { done, complete } = await asked(`${address}?at=${at}`, token, file.slice(at, at + size));
      at = done;
      tries = 0;
      bar.value = done / file.size;
      if (complete) return;
    } catch (trouble) {
      if (trouble.final || tries >= TRIES) throw trouble;
      await pause(tries);
      tries += 1;
    }
  }
}

async function send(form) {
  const file = form.elements.file.files[0];
  const token = form.elements.csrfmiddlewaretoken.value;
  const way = document.querySelector("[data-way]");
  const complaint = document.querySelector("[data-complaint]");
  const button = form.querySelector("button");
  complaint.textContent = "";
  way.hidden = false;
  button.disabled = true;
  try {
    const about = new URLSearchParams({ key: form.elements.key.value, name: file.name, size: file.size });
    const { id, part } = await asked(form.dataset.upload, token, about);
    const page = form.dataset.upload.replace(/begin\/$/, `${id}/`);
    await sendParts(`${page}part/`, file, part, token, way.querySelector("[data-progress]"));
    location.assign(page);
  } catch (trouble) {
    complaint.textContent = trouble.message;
    way.hidden = true;
    button.disabled = false;
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("[data-upload]")) return;
  event.preventDefault();
  send(event.target);
});
