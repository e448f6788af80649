"""PostgreSQL, Redis and nginx of the tests' own, and fleets of processes on them."""
