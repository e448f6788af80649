"""The whole site in a real Chromium; `conftest.py` opens the tabs, `chat.py` speaks in them."""
