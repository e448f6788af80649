"""What stands between a client and a server in tests: it loses, refuses and cuts as asked."""
