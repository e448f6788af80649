"""One answer being written, and what is known of its end.

Everything that drives a run or looks after one belongs here. Pages and sockets may not come in.
"""
