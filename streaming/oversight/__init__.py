"""What administrators see of everybody's use of the site, and where they stop an answer.

Promise: sums, names of people and models, times and lengths; never a title, a prompt or a word of
an answer, for no row of a conversation or message is read. A page is of bounded size, and its
queries are as many however much there is.
Front door: `urls`.
"""
