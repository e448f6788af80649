"""How much one person, and one process, may begin, and how a person's month is spent.

Promise: limits hold across processes, as the database counts; who is past one hears which, and
when there is room again, and has lost nothing.
Front door: `beginning` (asked for every answer that begins), `monthly` (tokens and cost), `spent`
(the refusal). What the limits of a person are is said in `conversations.quotas`.
"""
