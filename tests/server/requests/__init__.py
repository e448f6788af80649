"""What a whole site takes in, and what it refuses."""
