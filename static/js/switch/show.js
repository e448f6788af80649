// Shows another conversation in this page. The elements that scripts hold stay, all else in the main part is that of the other one.
// chat:leave is the last moment of the conversation that was shown: what is kept of it is kept then, and what was under way for it
// ends. chat:arrive is the first moment of the next one: scripts begin with it as they begin with a page.
// Emits: chat:leave, chat:arrive, chat:announce {text}. Listens to: chat:switch {address, fresh, back}.

const HELD = [
  "[data-conversation]", "[data-connection]", "[data-scroll]", "#thread", "[data-below]", "[data-elsewhere]", "[data-chooser]", ".dock",
  "[data-jump]", "#composer", "#notice", "[data-compose]", "#prompt", ".composer__bar", "#model",
];
const AS_IT_IS = "[data-connection], [data-elsewhere], [data-jump], #prompt"; // what it holds is the scripts' own
const DRESSED = "[data-conversation], #model"; // its attributes are those of the conversation

const main = document.querySelector("[data-conversation]");
const isHeld = (node) => node instanceof Element && node.matches(HELD.join());
const heldIn = (root) => [...root.querySelectorAll(HELD.join())].map((each) => HELD.findIndex((what) => each.matches(what))).join();
const emit = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

/** True if it is the page of a conversation of the same person and rights, made as this one is. */
const fits = (fresh) =>
  fresh && heldIn(fresh) === heldIn(document) && fresh.querySelector("[data-conversation]").dataset.person === main.dataset.person;

function dress(element, fresh) {
  for (const { name } of [...element.attributes]) if (!fresh.hasAttribute(name)) element.removeAttribute(name);
  for (const { name, value } of fresh.attributes) element.setAttribute(name, value);
}

function renew(element, fresh) {
  if (element.matches(DRESSED)) dress(element, fresh);
  if (element.matches(AS_IT_IS)) return;
  for (const child of [...element.childNodes]) if (!isHeld(child)) child.remove();
  let held = element.firstChild;
  for (const child of [...fresh.childNodes]) {
    if (!isHeld(child)) element.insertBefore(child, held);
    else {
      renew(held, child);
      held = held.nextSibling;
    }
  }
}

/** On a phone the list lies over the page, or is all that is shown. */
function uncover() {
  for (const open of document.querySelectorAll(":popover-open")) open.hidePopover();
  for (const open of document.querySelectorAll("dialog[open]")) open.close();
  document.querySelector(".app").classList.remove("app--lists");
}

function change({ address, fresh, back }) {
  emit("chat:leave");
  if (!back && address === location.href) history.replaceState(null, "");
  else if (!back) history.pushState(null, "", address);
  uncover();
  for (const each of fresh.querySelectorAll("noscript")) each.remove(); // nothing in it may be fetched
  renew(main, fresh.querySelector("[data-conversation]"));
  document.title = fresh.title;
  htmx.process(main);
  emit("chat:arrive");
  htmx.trigger(main, "htmx:load");
  emit("chat:announce", { text: fresh.title });
}

document.addEventListener("chat:switch", (event) => {
  if (!fits(event.detail.fresh)) return;
  event.preventDefault();
  try {
    change(event.detail);
  } catch (error) {
    reportError(error);
    location.reload(); // the address is that of the conversation already, and what was typed is kept
  }
});
