"""The socket of a page, and what it shows: each page is kept where its thread stands (R17).

Promise: page, catch-up and live frames are one rendering with one cursor, rendered once for all
who watch; a page that reads slowly, or not at all, costs a bounded amount (L4).
Front door: `consumers` (one socket), `broadcast` (one running answer to all who watch: `follower`
brings its entries in order, `rendering` makes frames), `protocol`, `fragments` (all HTML).
`routing` leads to a socket, `sign_in` says whose it is; `sockets` and `sessions` say who may hold
one, `rate_limit` how fast it may speak; `position` is where a page stands. `answers/` tells what is
shown of an answer, `thread/` follows a conversation, `sidebar/` the list of them; the last two also
answer pages by GET.
Knows runs and the journal. Nothing here writes: a page that asks changes nothing for others.
"""
