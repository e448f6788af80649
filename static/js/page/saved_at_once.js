// A section of the settings is saved as it is changed, so its button is not needed. What was changed before this ran is saved now.

const isSet = (option) => option.selected !== option.defaultSelected;

/** A select without a default begins with its first option. */
function isChanged(field) {
  if (!field.options) return field.checked !== field.defaultChecked;
  const options = [...field.options];
  return options.some(({ defaultSelected }) => defaultSelected) ? options.some(isSet) : field.selectedIndex > 0;
}

addEventListener("load", () => {
  for (const form of document.querySelectorAll("[data-section]")) {
    form.querySelector("[data-save]").hidden = true;
    if ([...form.querySelectorAll("input:is([type=checkbox], [type=radio]), select")].some(isChanged)) htmx.trigger(form, "change");
  }
});
