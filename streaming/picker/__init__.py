"""The picker: what is known of each model, and what each person noted of it.

Promise: what the provider's list or the price list says is shown, and nothing else; notes are found
through their owner. Front door: `views` and `urls`, `notes` (favourites, windows that people gave),
`known` (what is known of a model, from wherever it is known).
"""
