"""Pages on which administrators say how much a role or a person may use.

What holds for whom is said in `conversations.quotas`. The front door is `urls`.
"""
