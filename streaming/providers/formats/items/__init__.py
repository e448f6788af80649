"""What an answer is made of in one format: its calls, thoughts, blocks, items and parts.

Each module belongs to the format that its name begins with, and is entered by that format's
parser alone. What it reads goes into `building/`. Pure.
"""
