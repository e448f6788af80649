"""What can be done with the keyboard: the keys, and a palette of conversations and commands.

It promises that `keys` is the one table of keys, which pages carry to their scripts and show to
readers; that no key of the browser is taken where nothing is done with it; and that there are no
keys for whoever switched them off. The front doors are `urls` and the tag `{% keys preferences %}`.
"""
