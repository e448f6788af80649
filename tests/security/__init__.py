"""What holds for many people at once: whose each door is, and what the pages on security say."""
