"""Django's SQLite, in which the threads of one process write in the order in which they came.

Front door: `base`, which `DATABASE_URL` leads to. Knows nothing of the rest.
"""
