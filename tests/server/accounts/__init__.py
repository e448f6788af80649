"""People of a site that runs in several processes."""
