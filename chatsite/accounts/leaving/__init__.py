"""The page on which a person deletes their own account, after they proved once more who they are.

It promises nothing of what is deleted: that is `streaming.leaving`. The front door is `views`.
"""
