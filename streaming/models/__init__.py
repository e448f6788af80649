"""The rows of what is alive: runs and their journal, prompts in line, providers of the site's own.

Front door: this module names them all. Text that is kept for good lies in `conversations.models`.
"""

from streaming.models.notes import ModelNote
from streaming.models.presets import Preset
from streaming.models.prompts import PROMPTS_STATE, QueuedPrompt
from streaming.models.providers import DefaultModel, DemoSwitch, StoredProvider
from streaming.models.runs import (
    LONGEST_SENTENCE,
    Counted,
    Generation,
    GenerationManager,
    GenerationQuerySet,
    JournalEntry,
    Recording,
    Worker,
)

__all__ = [
    "LONGEST_SENTENCE",
    "PROMPTS_STATE",
    "Counted",
    "DefaultModel",
    "DemoSwitch",
    "Generation",
    "GenerationManager",
    "GenerationQuerySet",
    "JournalEntry",
    "ModelNote",
    "Preset",
    "QueuedPrompt",
    "Recording",
    "StoredProvider",
    "Worker",
]
