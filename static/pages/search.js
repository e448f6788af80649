// What the page of the search needs. Who listens comes before who emits.

import "../js/page/texts.js";
import "../js/search/key.js";
import "../js/keyboard/dialogs.js";
import "../js/keyboard/keys.js";
import "../js/sidebar/acts.js";
import "../js/sidebar/select.js";
import "../js/sidebar/open_conversation.js";
import "../js/sidebar/rename.js";
import "../js/sidebar/earlier.js";
