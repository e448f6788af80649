"""What pages are shown while they are open, and how each is kept where its thread stands (R17).

Front door: `feed.Feed` for a page with a socket, `standing.news_since` for one that asks by GET.
Both give the same messages, so the browser has one way to show them. `flow_control` and `tries`
bound what a page may cost that does not read (L4), or that cannot be shown (R18).

Nothing here writes: a page that asks, late or often, changes nothing for others.
"""
