// Registers the worker that answers while there is no network; once the page has nothing else to do.

const whenIdle = globalThis.requestIdleCallback ?? setTimeout;

addEventListener("load", () => whenIdle(() => navigator.serviceWorker?.register("/worker.js").catch(() => {})));
