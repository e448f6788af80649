"""The building: settings, addresses, middleware and the server's edge. It wires the apps together.

It promises that a site that starts is set up soundly: each setting is read once, and a bad one is
named. Its front doors are `settings` for Django, `asgi` for the server and `urls` for browsers.
`accounts` lets people in, `preferences` lets them choose; `bounds` holds what a request may cost
before Django sees it, `delivery` what a reply weighs.

It may use `streaming` and `conversations`; neither may import anything from here. Nothing about
messages or answers comes in.
"""
