"""System prompt and parameters, of each conversation, project, person and preset."""

SYSTEM_PROMPT_BYTES = 65_536
EXTRA_BODY_BYTES = 8192
STOP_CHARACTERS = 64
LONGEST_ANSWER_TOKENS = 1_000_000
PRESETS = 50  # a person
PRESET_CHARACTERS = 80
ESTIMATE_FACTOR = 1.5  # of a window: an estimate beyond it is refused, below it is tried
PREVIEW_MESSAGES = 400  # the newest, of those that the whole prompt shows
