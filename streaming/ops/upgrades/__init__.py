"""Upgrading the database: no migration without a way back, and all migrations or none.

Front door: `upgrade` (what `manage.py migrate` does), `schema` (whether a database fits).
"""
