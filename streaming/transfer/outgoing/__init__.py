"""What goes out: rows become files, piece by piece.

Front doors: `conversations` writes one for an archive, `zip_file` all of a person's, `pages` a
branch to be read; `steps` is an export into a file, `downloads` its way to a browser; `views`.
"""
