"""Tools: what their servers may say, and how long a call takes (bytes are UTF-8)."""

TOOL_SERVERS = 50
TOOLS_A_SERVER = 200  # of those that it lists; further ones are left out
TOOLS_SWITCHED_ON = 64  # in one conversation
TOOL_DESCRIPTION_CHARACTERS = 4000
TOOL_SCHEMA_BYTES = 32_768
TOOL_LIST_SECONDS = 20
TOOL_CALL_SECONDS = 120
TOOL_ARGUMENT_BYTES = 262_144
TOOL_RESULT_CHARACTERS = 100_000  # further ones are left out, and that is said
TOOL_PICTURES, TOOL_PICTURE_BYTES = 8, 8 * 1024 * 1024
TOOL_REPLY_BYTES = 24 * 1024 * 1024  # of one reply of a server: beyond it the connection is closed
TOOL_ROUNDS = 16  # that follow each other without a person being asked
PAUSED_ANSWERS = 8  # times that an answer is continued when the tools of its provider paused it
