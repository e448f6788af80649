"""Sharing a branch by a link: choosing, the page that the link leads to, and a copy of it.

It promises that what is still being written is shared as far as it is written, that the page needs
neither an account nor a script and leads nowhere else, and that it is looked up at each read. The
front door is `urls`. What is kept, and who finds it, is `conversations.sharing`.
"""
