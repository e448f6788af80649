"""The site as an app of its own on a phone or desk: manifest, icons, and a page for no network.

Front doors: `urls` (the addresses), `icons.DrawnIcons` (pictures that `collectstatic` collects).
The worker answers nothing but navigations that failed, and keeps the page for that and what it is
shown with. Nothing of a conversation may come in here.
"""
