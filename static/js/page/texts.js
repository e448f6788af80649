// The texts of scripts in the language of the page, by their English; a page in English holds none. Scripts keep English, and ask
// `document.text` where a text is shown.

const texts = JSON.parse(document.getElementById("texts")?.textContent ?? "{}");
document.text = (english) => texts[english] ?? english;
