"""`make screenshots`: the pictures of the README and of docs/tour.md, taken of a real site.

A picture is taken again when a template or style sheet that it shows changed; `ARGS=--check` only
says which are to be taken, and fails then, as a test does. What is compared is a hash of those
files and not the pixels, which differ from machine to machine.
Front door: `python -m tests.tour`.
"""
