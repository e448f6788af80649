// Keys: what a key means here says the table that came with the page. Whoever can do it does it, and says so by preventing the
// event's default; only then the key is taken from the browser. Emits: chat:command {name}.

const WRITTEN_IN = "input, textarea, select, [contenteditable]";
const PROCESSED = 229; // an input method has the key

const spelled = document.querySelector("[data-keys]")?.dataset.keys ?? "";
const keys = spelled.split(" ").filter(Boolean).map((each) => {
  const [name, where, pressed] = each.split(":");
  return { name, where, pressed };
});
const mac = navigator.userAgent.includes("Mac OS X");

const isEmptyBox = ({ id, value }) => id === "prompt" && value === "";
const isFree = (target) => !target.closest?.(WRITTEN_IN);
const PLACES = {
  anywhere: () => true,
  free: isFree,
  box: isEmptyBox,
  "free-or-box": (target) => isFree(target) || isEmptyBox(target),
};

/** A letter by what is printed on the key where the layout has no such letter. */
const isLetter = ({ key, code }, letter) => key.toUpperCase() === letter || (code === `Key${letter}` && !/^[a-z]$/i.test(key));

function fits(event, pressed) {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (altKey) return false;
  if (!pressed.startsWith("Mod+")) return key === pressed && !ctrlKey && !metaKey && !(shiftKey && key.length > 1);
  const mod = mac ? metaKey && !ctrlKey : ctrlKey && !metaKey;
  return mod && !shiftKey && isLetter(event, pressed.slice(4));
}

function meant(event) {
  const inDialog = document.querySelector("dialog[open]");
  return keys.find(({ name, where, pressed }) => (name === "palette" || !inDialog) && fits(event, pressed) && PLACES[where](event.target));
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === PROCESSED || event.repeat || event.defaultPrevented) return;
  const key = meant(event);
  if (!key) return;
  const command = new CustomEvent("chat:command", { cancelable: true, detail: { name: key.name } });
  if (!document.dispatchEvent(command)) event.preventDefault();
});
