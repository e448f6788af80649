"""The index of the search: what is stored of each text, and the database's own index of that.

It promises that a text and its row are committed together, and that `reindex` makes all of it anew
while the site runs. The front doors are `entries` for whoever writes a text (what is saved as a row
is heard of by `watching`), `rebuilding` for the command, `schema` and `rows` for migrations;
`terms` and `facets` say for both sides what is looked up.

What somebody typed does not come in, nor which hit is better.
"""
