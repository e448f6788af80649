"""Shares, of one person and each (bytes are UTF-8)."""

SHARES = 200
SHARE_MESSAGES = 1000
SHARE_BYTES = 1024 * 1024
SHARE_DAYS = (1, 7, 30, 365)  # how long a link holds, where it does not hold until it is revoked
SHARES_RENDERED_BYTES = 4 * 1024 * 1024  # as HTML, which a process keeps for later readers
