"""Whose the doors are: each door and each command of the sockets, for every visitor."""
