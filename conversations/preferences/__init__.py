"""What people chose for themselves: one row a person, and what holds for those without a row.

It promises that a choice, once saved, holds on every page and in every process. The front door is
`choices`; the page on which people choose is `chatsite.preferences`. What a choice leads to lies
where that is done.
"""
