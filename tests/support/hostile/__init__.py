"""Text that wants to be more than text: the corpus, the judge of pages that show it, its planting.

corpus      texts as models, tools, files and servers could say them
judge       what a page may contain that shows them
planting    puts one into every free text of every table
"""
