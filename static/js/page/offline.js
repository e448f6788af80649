// The page that says that there is no network: asks every few seconds, and shows the page that was meant once somebody answers.

const EVERY_MS = 3000;
const WITHIN_MS = 5000;

async function ask() {
  try {
    await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(WITHIN_MS) });
    location.reload();
  } catch {
    setTimeout(ask, EVERY_MS);
  }
}

addEventListener("online", () => location.reload());
setTimeout(ask, EVERY_MS);
