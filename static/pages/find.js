// Keys and search where older messages are all that a page shows; other pages have them from chat.js.

import "../js/search/key.js";
import "../js/search/find_bar.js";
import "../js/keyboard/shortcuts.js";
import "../js/keyboard/dialogs.js";
import "../js/keyboard/keys.js";
