"""All sentences of streaming that a reader sees, by subject: the page says none that is not here.

Promise: a sentence says what happened and what to do; it holds no HTML, key, address or trace.
`failures` (what can go wrong with an answer, and what helps), `endings` (how an answer ended or
waits), `replies` (to what a person asked for), `prompts_in_line`,
`provider_pages`, `durations` (times in words), `cost_sources` (what tells a cost),
`refused_parameters` (which of them a provider does not take).
Each is said in the language that is spoken when it is made; what is kept is English, and
`retelling` says it in the reader's.
Of Django it knows the translations alone, and no settings: numbers and names come as arguments.
"""
