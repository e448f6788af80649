"""Sockets: what one may send, leave unread and ask for (bytes are UTF-8)."""

SOCKET_MESSAGE_BYTES = 327_680
SOCKET_UNREAD_BYTES, SOCKET_UNREAD_FRAMES = 256 * 1024, 64
SOCKET_UNREAD_SECONDS = 60
SOCKET_CLOSE_SECONDS = 10  # for the other side to hear why
SOCKET_RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0, 4.0)  # then the page is told
SOCKET_QUEUE_MESSAGES, SOCKET_QUEUE_BYTES = 64, 2 * SOCKET_MESSAGE_BYTES
LIST_EVERY_SECONDS = 0.3  # per page: many changes are sent as one
LIST_ROWS = 400  # at most, of those that a page has loaded
SOCKET_COMMANDS_A_SECOND = 20
SOCKET_COMMANDS_AT_ONCE = 40
SOCKET_BAD_COMMANDS_A_MINUTE = 10
