"""Order: what a person pins, puts into the archive or into projects, one conversation or many.

It promises that each act says how things shall be, so that asking twice is asking once; that a
conversation which leaves a list is still found in another; and that nothing of it moves in time.

Front doors: `scope` says which list a page shows, `changes` what a form asks for; `views` and
`urls` are for browsers. Nothing about answers comes in here.
"""
