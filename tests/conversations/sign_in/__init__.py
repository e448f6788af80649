"""Links that sign in, and where they lead."""
