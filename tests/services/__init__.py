"""The site on PostgreSQL and Redis: `make test-services` starts both and runs these tests."""
