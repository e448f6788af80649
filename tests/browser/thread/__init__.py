"""A conversation as a whole: long ones, the reading position, and prints."""
