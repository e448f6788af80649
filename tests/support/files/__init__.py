"""Files: rows of them."""
