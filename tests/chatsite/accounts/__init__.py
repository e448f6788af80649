"""People and how they get in: links, passwords, failed sign-ins, mail."""
