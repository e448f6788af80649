"""The search: what is found, and that it is all there is to find."""
