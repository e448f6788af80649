// The search on the page of a conversation, also where older messages are all it shows.

import "../js/search/slash.js";
import "../js/search/find_bar.js";
import "../js/search/landing.js";
