"""People of one server, who see nothing of each other."""
