"""The site for programs: live answers as addresses, and a small JSON API at `/api/v1/`.

It promises what the page promises: the same actions, limits and sentences, and no row but one's
own. An answer's address goes on at the exact character, whatever happened to the connection or the
server. Nothing is rendered here. The front doors are `urls` and, for refusals, `problems`; who asks
is `request.user`, and what they may do is told by `conversations.sign_in.grants`.
"""
