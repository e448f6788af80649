"""The page on which administrators read the log of acts. It changes nothing of it.

What writes the log is `conversations.audit`. The front door is `urls`.
"""
