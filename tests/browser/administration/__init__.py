"""What administrators do in a tab: people and providers."""
