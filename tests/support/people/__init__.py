"""People of tests: their second factors, and the proof of a session."""
