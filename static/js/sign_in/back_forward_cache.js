// A page that the browser kept and shows again is shown to who is still signed in; everybody else is led to the sign-in page.

const page = document.documentElement;

addEventListener("pageshow", async ({ persisted }) => {
  if (!persisted) return;
  page.hidden = true;
  const reply = await fetch(location.href, { redirect: "manual", cache: "no-store" }).catch(() => null);
  if (reply?.type === "opaqueredirect") location.reload();
  else page.hidden = false;
});
