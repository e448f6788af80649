"""What a person changes in a thread that was written: a prompt asked anew in other words.

It promises that nothing is overwritten: what stood before stays, next to what is new, with all
that follows it. Front doors: `urls` for browsers. Beginning an answer stays in `actions`.
"""
