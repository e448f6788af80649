"""How long a full trash takes to be emptied: `python -m tests.bench.trash`."""
