"""The page on which people choose how the site works for them: `/settings/`.

It promises that each section is saved as it is changed, without a script by its button, and that
saving one leaves the others alone. The front door is `urls`. A new choice is a field in
`conversations.preferences.models`, a section in `sections`, and a template for its fields.
"""
