"""What upstreams send, read whatever it is wrapped in. Pure: no Django, no network, no settings.

The promises that all five wire formats share live here, each in a file of its own: where a
frame ends (`brackets`, `lines`, `bare_values`), what a frame keeps that is too large
(`shrinking`), what words are that are no JSON (`words`), which objects are errors
(`error_frames`), which of several choices is the answer (`choices`), and what was sent that
cannot be shown (`unshown`).
Nothing comes in here that knows who asked, or what becomes of the answer.
"""
