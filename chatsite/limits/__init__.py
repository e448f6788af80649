"""Limits with a number that have a subject of their own: parts of `chatsite.settings`, which reads
each as one of its own lines. None of them can be changed by the environment.
"""
