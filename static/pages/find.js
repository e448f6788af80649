// Keys and search on the page of a conversation, also one of older messages. Who listens comes before who emits.

import "../js/search/key.js";
import "../js/search/find_bar.js";
import "../js/search/landing.js";
import "../js/keyboard/shortcuts.js";
import "../js/keyboard/dialogs.js";
import "../js/keyboard/palette.js";
import "../js/keyboard/keys.js";
