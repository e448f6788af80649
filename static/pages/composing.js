// What is needed once something is written or chosen in the message box: fetched then.

import "../js/composer/gauge.js";
import "../js/files/of_project.js";
