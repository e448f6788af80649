"""Django's SQLite, in which the threads of one process write in the order in which they came."""
