"""The page on which an administrator says who may use a provider, or one of its models."""
