// Sends one file in parts, so that its progress is seen, and puts the server's row for it in the place of its own. Emits:
// chat:uploaded. Listens to: chat:upload {row, file}, remove-file (on the row).

const PART = 1024 * 1024;
const TRIES = 6;
const LOST = "The file could not be sent. Try again.";

const token = () => document.querySelector("[data-compose]").elements.csrfmiddlewaretoken.value;
const pause = (tries) => new Promise((done) => setTimeout(done, 300 * 2 ** tries));

async function sent(address, file, at, signal) {
  const reply = await fetch(`${address}?at=${at}&size=${file.size}`, {
    method: "POST",
    headers: {
      "Chat-File-Name": encodeURIComponent(file.name.slice(-200)),
      "Content-Type": "application/octet-stream",
      "X-CSRFToken": token(),
    },
    body: file.slice(at, at + PART),
    signal,
  });
  if (!reply.ok || reply.redirected) throw Object.assign(new Error(), { final: reply.redirected || reply.status < 500 });
  return reply.json();
}

/** Its row, once all of it has come and was read; a part that fails is sent again for a while. */
async function upload(file, bar, signal) {
  const address = `/f/${crypto.randomUUID()}/part/`;
  let at = 0;
  let tries = 0;
  for (;;) {
    try {
      const { done, html } = await sent(address, file, at, signal);
      if (html) return html;
      tries = done > at ? 0 : tries + 1;
      at = done;
      if (at < file.size) bar.value = at / file.size;
      else bar.removeAttribute("value");
    } catch (trouble) {
      tries += 1;
      if (signal.aborted || trouble.final || tries > TRIES) throw trouble;
    }
    if (tries) await pause(tries);
  }
}

function refuse(row) {
  row.dataset.state = "refused";
  const sentence = Object.assign(document.createElement("span"), { className: "error", role: "alert" });
  sentence.textContent = document.text(LOST);
  row.querySelector("progress").replaceWith(sentence);
}

document.addEventListener("chat:upload", async ({ detail: { row, file } }) => {
  const stop = new AbortController();
  row.addEventListener("remove-file", () => stop.abort());
  try {
    const html = await upload(file, row.querySelector("progress"), stop.signal);
    row.replaceWith(new DOMParser().parseFromString(html, "text/html").querySelector("[data-file]"));
  } catch {
    refuse(row);
  }
  document.dispatchEvent(new CustomEvent("chat:uploaded"));
});
