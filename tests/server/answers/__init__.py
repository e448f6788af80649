"""Answers of a whole site: stopped, resumed, reattached; killed, terminated, without storage."""
