"""The list of conversations in open pages: what changed for a person is in all pages of theirs.

Front door: `list_view`; `list_changes` and `deletions` hear what Django's models tell.
"""
