"""Whether a secret comes out: every site of the tests is held to it for as long as it lives."""
