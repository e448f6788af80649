// What a conversation's page needs before it is painted, so that nothing moves afterwards.

import "../js/page/texts.js";
import "../js/scroll/follow.js";
import "../js/composer/notice.js";
import "../js/scroll/anchor.js";
import "../js/scroll/restore.js";
import "../js/composer/draft.js";
import "../js/composer/chosen_model.js";
import "../js/thread/copy.js";
