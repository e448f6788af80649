"""Search over everything a person kept: titles, prompts and answers.

It promises that a query finds exactly the texts that hold all its words, of which every text is in
the `index`, a room of its own, as soon as it is committed, and nobody else's. The front doors are
`views` for browsers, and `within` for the page of a conversation.

How an answer ended is told by who ended it, in words of the index; a message's HTML comes in only
to be marked.
"""
