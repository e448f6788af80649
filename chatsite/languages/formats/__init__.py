"""How languages write dates: a package for each, as Django wants it."""
