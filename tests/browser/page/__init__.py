"""The page under its reader's hands: keys, drafts, screens, looks and addresses."""
