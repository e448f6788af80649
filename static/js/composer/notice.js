// The notice above the message box, for what the server cannot say itself; and every count-down of seconds.
// Listens to: chat:notice {text, tone}, chat:sent, chat:status {status}, chat:stands {status}, chat:reached.

const SENTENCES = {
  0: "The server cannot be reached. What you typed is still here.",
  401: "You are signed out. Sign in, then send again: what you typed is kept in this browser.",
  403: "This page is out of date. Reload it and send again: what you typed is kept in this browser.",
  404: "This no longer exists. Reload the page to see the current state.",
  413: "This is more than the server accepts at once. What you typed is still here.",
  429: "That was too fast. Wait a moment and send again.",
};
const OTHER_ERROR = "The server had an error. What you typed is still here.";
const NOT_STOPPED = {
  0: "Not stopped: the server cannot be reached. Try again.",
  401: "Not stopped: you are signed out.",
  403: "Not stopped: this page is out of date. Reload it and try again.",
  404: "Not stopped: this conversation no longer exists.",
};
const KEPT = document.text("what you typed is kept in this browser");
const NOT_KEPT = document.text("but copy what you typed first, as this browser keeps no drafts");
const NOT_STOPPED_OTHER_ERROR = "Not stopped: the server had an error. Try again.";

const notice = document.getElementById("notice");

function show(english, tone = "", passing = false) { // passing: it disappears when the answer ends
  const text = document.text(english);
  const line = document.createElement("p");
  line.className = `notice__line${tone && ` notice__line--${tone}`}`;
  line.textContent = "noDrafts" in document.documentElement.dataset ? text.replace(KEPT, NOT_KEPT) : text;
  line.toggleAttribute("data-passing", passing);
  notice.replaceChildren(...(text ? [line] : []));
}

function failed({ detail }) {
  const status = detail.xhr?.status ?? 0;
  if (detail.elt?.matches("[data-action=stop]")) return show(NOT_STOPPED[status] ?? NOT_STOPPED_OTHER_ERROR, "red", true);
  if (/id="notice"/.test(detail.xhr?.responseText ?? "")) return;
  show(SENTENCES[status] ?? OTHER_ERROR, "red");
}

function countDown() {
  for (const place of document.querySelectorAll("[data-wait]")) {
    const left = Number(place.dataset.wait);
    const words = left > 120 ? `${Math.ceil(left / 60)} min` : `${Math.ceil(left)} s`;
    place.textContent = left > 0 ? `${place.dataset.before ?? ""} ${words}` : "";
    if (left > 0) place.dataset.wait = left - 1;
    else delete place.dataset.wait;
  }
}

/** The answer that the notice was about has ended or was stopped. */
function clearPassing({ detail }) {
  if (detail.status !== "running" && notice.querySelector("[data-passing]")) show("");
}

document.addEventListener("chat:notice", ({ detail }) => show(detail.text, detail.tone));
document.addEventListener("chat:status", clearPassing);
document.addEventListener("chat:stands", clearPassing);
document.addEventListener("chat:sent", () => show(""));
document.addEventListener("chat:reached", () => {
  if (notice.textContent === document.text(SENTENCES[0])) show("");
});
document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);

// A reply that was redirected to the sign-in page means: signed out.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const url = detail.xhr?.responseURL;
  if (url && new URL(url).pathname === notice.dataset.login) show(SENTENCES[401], "red");
});

countDown();
setInterval(countDown, 1000);
