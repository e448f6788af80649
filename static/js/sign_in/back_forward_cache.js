// A page from the back/forward cache is shown only if its reader is still signed in; otherwise it is reloaded, which leads
// to sign-in.

const page = document.documentElement;

addEventListener("pageshow", async ({ persisted }) => {
  if (!persisted) return;
  page.hidden = true;
  const reply = await fetch(location.href, { redirect: "manual", cache: "no-store" }).catch(() => null);
  if (reply?.type === "opaqueredirect") location.reload();
  else page.hidden = false;
});
