// Files in the message box: fetched when the first one is added.

import "../js/composer/upload.js";
import "../js/composer/files.js";
import "../js/files/weight.js";
