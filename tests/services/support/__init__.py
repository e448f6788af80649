"""PostgreSQL, Redis and nginx for tests, and fleets of processes on them."""
