"""Whole replies, for those who ask once and speak to no provider of models.

It promises that a reply comes within its bounds of time and size, from an address that was judged
as it was dialled, or not at all. The front door is `exchange`.
"""
