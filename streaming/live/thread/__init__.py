"""An open conversation: where its page stands, and what leads it to where the thread stands.

Front door: `thread_view` for a page with a socket, `polling.news_since` for one that asks by GET.
Both give the same messages, so the browser has one way to show them. Nothing here writes.
"""
