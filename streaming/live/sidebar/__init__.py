"""The list of conversations in open pages: what changed for a person is in all pages of theirs.

Front doors: `listing` is the list as it stands, `list_view` keeps it so, `seen` notes what its
owner has seen; `list_changes` and `deletions` hear what Django's models tell.
"""
