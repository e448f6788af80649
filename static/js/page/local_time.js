// Moments in the reader's own time and manner of writing it; without this file they are in UTC.

const WRITTEN = /(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/g; // where no element can stand: in the titles of a picture
const DAY_MS = 86_400_000;

const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function short(moment) {
  const isOld = Date.now() - moment > DAY_MS / 2;
  return (isOld ? date : clock).format(moment);
}

function tell(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
    time.title = time.textContent;
    time.textContent = whole.format(new Date(time.dateTime));
  }
  for (const title of root.querySelectorAll("svg title")) {
    const told = title.textContent.replace(WRITTEN, (_, day, hour) => short(new Date(`${day}T${hour}Z`)));
    if (told !== title.textContent) title.textContent = told;
  }
}

tell(document);
document.addEventListener("htmx:load", ({ target }) => tell(target));
