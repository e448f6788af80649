"""Putting a copy of the SQLite database in the place of the present one.

Promise: nothing is touched before all is known to be in order; what is replaced is kept; and a
kill at any moment leaves one of the two databases, whole, where the site looks for it.
Front door: `restore` (with `copy_checks` for a look alone); `data_folder` says who uses it.
Not here: making copies (`backup`), and PostgreSQL, which has its own tools.
"""
