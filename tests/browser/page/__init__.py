"""The page as people use it: keys, drafts, screens, looks and addresses."""
