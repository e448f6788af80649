"""System prompt and parameters, as they are set, kept and sent."""
