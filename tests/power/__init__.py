"""What a power cut would leave of a running site: its writes traced, and files made of them."""
