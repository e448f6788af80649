"""What comes in: plain data becomes rows, each conversation whole or not at all.

Front doors: `conversations` takes one, `steps` an import, a conversation at a time; `views` the
pages, with the `report` of what became of it.
"""
