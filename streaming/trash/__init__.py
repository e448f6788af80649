"""The trash where answers are alive: what is deleted stops, and open pages hear of it.

It promises that an answer in what is deleted is stopped truly, with all its text kept, before the
click is answered; that other pages lose and regain what was deleted without a reload; and that the
chore of each process deletes for good what is due. Front doors: `urls` for browsers, `undo_line`
for pages, `emptying` for the chores, and `many` for an account that goes. The rows are those of
`conversations.trash`.
"""
