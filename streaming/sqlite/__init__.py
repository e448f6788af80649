"""Django's SQLite, in which the threads of one process write in the order in which they came.

Front doors: `base`, which `DATABASE_URL` leads to, and `wal` for its log. It knows nothing of the
rest.
"""
