// On the page of settings the look follows what is chosen at once; other pages have it when they are next loaded.

const DEFAULTS = { theme: "system", density: "", text_size: "" };
const { dataset } = document.documentElement;

document.addEventListener("change", ({ target: { type, name, value } }) => {
  if (type !== "radio" || !(name in DEFAULTS)) return;
  dataset[name.replace("_s", "S")] = value || DEFAULTS[name];
});
