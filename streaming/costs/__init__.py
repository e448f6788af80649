"""What answers cost, and who says so.

Promise: a cost is what the provider reported, else what its tokens come to by the list of prices
that held then, else a bound that is called one, else not known. Nothing is guessed.
Front door: `settling` (the cost of a run that ended), `bill` (sums, and how they are told), `urls`
(the page of a person's usage), `models` (sums of what was deleted), `sums` and `months` (what was
used when).
"""
