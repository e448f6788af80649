"""How much one person may use of the site: limits that administrators set for roles and people.

Promise: one place says what holds for a person. Their own value wins over their role's, and that
over the site's setting, each number separately.
Front doors: `holding` (what holds for whom), `rules` (pure), `setting` (changes), `models`.
Who is refused, and with which words, is for the rooms that ask: `streaming.quota`, `files`.
"""
