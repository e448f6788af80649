// Shows times in the reader's time zone and format, to the minute, with the seconds in the title; `data-exact` shows those too.
// Without this file they are in UTC.

const WRITTEN = /(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/g; // in the titles of a picture, where no <time> can stand
const DAY_MS = 86_400_000;

const { lang } = document.documentElement;
// English is also what they read whose language the site does not speak: their dates stay their own.
const locale = navigator.languages.find((each) => each.startsWith(lang)) ?? (lang === "en" ? navigator.language : lang);
const whole = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

function short(moment) {
  const isOld = Date.now() - moment > DAY_MS / 2;
  return (isOld ? date : clock).format(moment);
}

function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
    const moment = new Date(time.dateTime);
    const isExact = "exact" in time.dataset;
    time.title = isExact ? time.textContent : whole.format(moment);
    time.textContent = (isExact ? whole : date).format(moment);
  }
  for (const title of root.querySelectorAll("svg title")) {
    const text = title.textContent.replace(WRITTEN, (_, day, hour) => short(new Date(`${day}T${hour}Z`)));
    if (text !== title.textContent) title.textContent = text;
  }
}

localise(document);
document.addEventListener("htmx:load", ({ target }) => localise(target));
