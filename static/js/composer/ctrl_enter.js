// For who chose that Ctrl Enter sends: Enter starts a new line, in the message box and where a prompt is edited. It comes before
// the scripts of those; Enter that chooses from a list stays what it is.

const BOXES = "[data-compose] textarea[name=prompt], [data-editor] textarea[name=text], [data-queued] textarea";

addEventListener("keydown", (event) => {
  const { target, key, ctrlKey, metaKey } = event;
  if (key !== "Enter" || ctrlKey || metaKey || !target.matches?.(BOXES)) return;
  if (!target.hasAttribute("aria-activedescendant")) event.stopImmediatePropagation();
}, { capture: true });
