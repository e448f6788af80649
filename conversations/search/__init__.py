"""Search over everything a person kept: titles, prompts and answers.

It promises that a query finds exactly the texts that hold all its words, of which every text is in
the index as soon as it is committed, and nobody else's. The front doors are `views` for browsers,
`entries` for whoever writes a text (what is saved as a row is heard of by `watching`), `rebuilding`
for the command, `schema` for migrations, and `within` and `marking` for the page of a conversation.

How a database looks up words does not leave `schema` and `matching`. How an answer ended is told by
who ended it, in words of `facets`; the text of a message comes in, and never its HTML but to be
marked.
"""
