"""Installing, starting, upgrading, saving and watching a site."""
