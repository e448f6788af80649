"""Answers of a whole site that is stopped, killed, ended, cut off or out of storage."""
