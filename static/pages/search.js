// What the page of the search needs.

import "../js/search/slash.js";
import "../js/sidebar/delete.js";
import "../js/sidebar/open_conversation.js";
import "../js/sidebar/rename.js";
import "../js/sidebar/earlier.js";
