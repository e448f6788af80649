"""What a delta costs: `python -m tests.bench`, next to a bare relay measured in the same run."""
