"""Texts of Django and allauth that a reader may see, and that those do not have in every language.

They are part of our catalogues, as if they stood in our own code.
"""

from chatsite.languages.catalogue import Entry

BORROWED = [
    Entry(text, places=("chatsite/languages/borrowed.py",))
    for text in (
        "This field is required.",
        "Enter a valid URL.",
        "Enter a valid email address.",
        "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ "
        "characters.",
        "This password is too common.",
        "The two password fields didn’t match.",
        "You must type the same password each time.",
        "Null characters are not allowed.",
        "Enter a whole number.",
        "Enter a number.",
    )
] + [
    Entry(text, plural, translations=("", ""), places=("chatsite/languages/borrowed.py",))
    for text, plural in (
        (
            "This password is too short. It must contain at least %d character.",
            "This password is too short. It must contain at least %d characters.",
        ),
        (
            "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
            "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        ),
    )
]
