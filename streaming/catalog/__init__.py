"""Which providers and models there are.

So far: `demo_here`, the demo provider of a process whose administrators switched it on.
"""
