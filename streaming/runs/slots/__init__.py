"""In which order a process writes the answers of all people: `line` (pure order, slots), `seat`."""
