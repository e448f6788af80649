"""Saved prompts: texts that a person keeps under a name, to be put into the message box.

It promises that whoever can read a prompt can use it and its owner alone can change it, that
whatever is deleted can be restored for as long as the trash keeps things, and that a file of
somebody else's can do no more than add prompts. The front door is `urls`. What is sent in the
end is the message box's: nothing here knows of conversations.
"""
