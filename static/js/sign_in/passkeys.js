// Passkeys: asks the browser to use or make one, and sends what it says with the form. Without this script such a form is not shown.

const known = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);

async function challenge(form, part) {
  const asked = new URLSearchParams({ for: form.dataset.passkey });
  asked.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  const reply = await fetch(part.dataset.challenge, { method: "POST", body: asked });
  if (!reply.ok) throw new Error(reply.status === 429 ? "busy" : "failed");
  return (await reply.json()).publicKey;
}

/** What the browser says, once its user has agreed. */
async function credential(form, part) {
  const asked = await challenge(form, part);
  if (form.dataset.passkey === "making") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const part = form.querySelector("[data-challenge]");
  const refused = part.querySelector("[data-refused]");
  const button = part.querySelector("button");
  const field = form.elements.credential;
  form.hidden = false;
  button.disabled = !known;
  if (!known) refused.textContent = part.dataset.unknown;
  addEventListener("pageshow", () => (field.value = ""));
  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    refused.textContent = "";
    button.disabled = true;
    try {
      field.value = JSON.stringify(await credential(form, part));
      form.requestSubmit();
    } catch (trouble) {
      refused.textContent = trouble.message === "busy" ? part.dataset.busy : part.dataset.failed;
      button.disabled = false;
    }
  });
}
