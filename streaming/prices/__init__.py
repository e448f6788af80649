"""What models cost and how much they read at once, as the package genai-prices lists it, offline.

Promise: a price or window is that of the vendor at the provider's address, or None; nothing is
guessed from a model's name alone. No network, no rows.
Front door: `price_list`: `price_of`, `rates_of`, `window_of`; `quote`: one request that went out,
by these prices. The package is large (0.4 s, 33 MB), so it is imported with the first question: ask
in a thread, never in the event loop.
"""
