"""Opens files that nobody vouches for, in a process that may take only so much memory and time.

It promises that what a file is is told by its content, that a picture is drawn anew, without what
else was in its file, and that a document's text holds no control characters. The front doors are
`bounds`, which both sides know, and `child`, which runs in that process: nothing else may import
the decoders. No Django, network or settings may come in, so that the process starts fast and knows
no secret.
"""
