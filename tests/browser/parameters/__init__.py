"""The dialog of system prompt and parameters, as a person sees it."""
