// What a conversation's page needs once it is painted. Who listens comes before who emits.

import "../js/stream.js";
import "../js/connection/display_frames.js";
import "../js/connection/position.js";
import "../js/thread/selection.js";
import "../js/sign_in/back_forward_cache.js";
import "../js/thread/merge.js";
import "../js/thread/timeline.js";
import "../js/connection/banner.js";
import "../js/composer/message_box.js";
import "../js/composer/dropped_files.js";
import "../js/page/focus.js";
import "../js/page/phone_keyboard.js";
import "../js/composer/stop.js";
import "../js/page/local_time.js";
import "../js/page/print.js";
import "../js/sidebar/delete.js";
import "../js/page/undo.js";
import "../js/sidebar/open_conversation.js";
import "../js/sidebar/rename.js";
import "../js/sidebar/merge.js";
import "../js/sidebar/list_state.js";
import "../js/sidebar/earlier.js";
import "../js/page/announcements.js";
import "../js/connection/http_fallback.js";
import "../js/connection/heartbeat.js";
import "../js/connection/socket.js";
