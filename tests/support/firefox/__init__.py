"""A real Firefox, driven as WebDriver BiDi says: Debian's build does, and Playwright's own is none.

It promises a tab that a test uses as a person would, and that whatever its page complains about is
heard. The front doors are `program` (which one, and how to get it) and `tab`; the fixture is
`firefox_tab` of `tests/browser/conftest.py`.
"""
