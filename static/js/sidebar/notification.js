// A notification of the browser's own when an answer ended that nobody saw, if that was allowed on the page of settings.
// Listens to: chat:ended.

const { dataset: words } = document.querySelector("[data-elsewhere]");

function isWanted() {
  try {
    return localStorage.getItem("notifications") === "on" && window.Notification?.permission === "granted";
  } catch {
    return false; // this browser keeps nothing
  }
}

function show({ run, title, href, status }) {
  // All tabs say it, the same name makes one of them.
  const notification = new Notification(title, { body: words[status], tag: `answer-${run}` });
  notification.addEventListener("click", () => {
    focus();
    location.assign(href);
    notification.close();
  });
}

document.addEventListener("chat:ended", ({ detail }) => {
  if (!detail.unread || !isWanted()) return;
  try {
    show(detail);
  } catch {
    // a browser that shows notifications for installed pages alone
  }
});
