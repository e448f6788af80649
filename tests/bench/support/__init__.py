"""What benchmarks share: sites to measure, the bare relay, and how use and lateness are read."""
