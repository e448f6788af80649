"""Many answers for a long time, with all that people do to them: `make soak`."""
