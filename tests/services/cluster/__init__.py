"""Several processes of one site: they show, stop and take over one another's answers."""
