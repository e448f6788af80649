"""Several processes of one site: they show, stop and take over each other's answers."""
