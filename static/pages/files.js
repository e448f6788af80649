// Files in the message box: fetched when the first one is added, or some were kept.

import "../js/composer/upload.js";
import "../js/composer/files.js";
import "../js/files/sent.js";
import "../js/files/kept.js";
import "../js/files/weight.js";
