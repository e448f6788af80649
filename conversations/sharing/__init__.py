"""Shares: a branch as it was at one moment, which whoever has its link can read.

It promises that a share holds the parts that its owner chose and nothing else, that a link leads to
that share alone, and that one which was revoked, has expired, or lost its conversation or its last
message to the trash is found no more than one that never was. What is deleted for good takes its
shares along. The front doors are `snapshot` (plain data), `shares` (made, found, revoked) and
`copying` (into an account). What is still being written is told from `streaming.sharing`.
"""
