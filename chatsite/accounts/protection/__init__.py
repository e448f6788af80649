"""What protects sign-ins besides waits: a log of them, and no passwords that name the site."""
