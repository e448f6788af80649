// A selection stays on its words when the block around them is replaced, also while it is being dragged.

const PLACES = "[data-answer], [data-message]";

const thread = document.getElementById("thread");
let ends = null; // of the selection in the thread: where it starts and ends

/** How many characters precede this point in its answer or message; null outside of the thread. */
function locate(node, offset) {
  const place = (node instanceof Element ? node : node?.parentElement)?.closest(PLACES);
  if (!place || !thread.contains(place)) return null;
  const before = document.createRange();
  before.setStart(place, 0);
  before.setEnd(node, offset);
  return { node, id: place.id, characters: before.toString().length };
}

/** The text node and offset of a point. Between two blocks, a start belongs to the second and an end to the first. */
function find({ id, characters }, isStart) {
  const place = document.getElementById(id);
  const walk = place && document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  let left = characters;
  for (let text = walk?.nextNode(); text; text = walk.nextNode()) {
    if (left < text.length || (!isStart && left === text.length)) return [text, left];
    left -= text.length;
  }
  return null;
}

function leadsForward(anchor, focus) {
  if (anchor.id === focus.id) return anchor.characters < focus.characters;
  return Boolean(anchor.node.compareDocumentPosition(focus.node) & Node.DOCUMENT_POSITION_FOLLOWING);
}

function putBack() {
  if (!ends || (ends.anchor.node.isConnected && ends.focus.node.isConnected)) return;
  const { anchor, focus, isForward } = ends;
  const from = find(anchor, isForward);
  const to = find(focus, !isForward);
  if (from && to) getSelection().setBaseAndExtent(...from, ...to);
}

const changes = new MutationObserver(putBack);

document.addEventListener("selectionchange", () => {
  const { anchorNode, anchorOffset, focusNode, focusOffset, isCollapsed } = getSelection();
  const anchor = !isCollapsed && locate(anchorNode, anchorOffset);
  const focus = anchor && locate(focusNode, focusOffset);
  changes.disconnect();
  ends = anchor && focus ? { anchor, focus, isForward: leadsForward(anchor, focus) } : null;
  if (ends) changes.observe(thread, { childList: true, subtree: true });
});
