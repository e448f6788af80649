"""In which language readers are told something.

It promises one language at a time, said by whoever makes a text: a request, or the socket of a
page. The front door is `texts`. Which languages there are, and their catalogues, is known to
`chatsite.languages` alone.
"""
