"""What an answer consists of: text, thoughts, calls of tools and pictures, in their order.

Front door: `parts`, `reading` (as one text), `sources` (which addresses
it names), `undoing` (what a run leaves that is undone). No rows are read or written here.
What may not come in: how a part is shown, and which words of a provider it came from.
"""
