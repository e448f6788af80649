"""What a delta costs: `python -m tests.bench`, beside a bare relay measured in the same run."""
