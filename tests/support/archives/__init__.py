"""Archives: those of other programs as they look, made-up ones of odd shape, and hostile ones."""
