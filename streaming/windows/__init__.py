"""How many tokens a model reads at once, and how many a request of a conversation would have.

Promise: nothing is sent, changed or waited for; what no provider reported is an estimate.
Front doors: `counting` (how many there are), `sizes` (how many there may be), `fitting` (refuses
what does not fit).
"""
