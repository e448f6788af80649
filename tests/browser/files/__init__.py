"""Files as a person adds them."""
