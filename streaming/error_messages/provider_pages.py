"""What the pages of providers say: of a form, a list of models, a test of a connection. Pure."""

from streaming.providers.service_names import EXAMPLE

# A provider's form

CHOOSE = {"required": "Choose one.", "invalid_choice": "Choose one of the list."}
NAME = {
    "required": "Give it a name, as it shall stand in the list of models.",
    "max_length": "A name has at most %(limit_value)d characters.",
}
ADDRESS = {"required": "Enter the address of its API."}
KEY = {"max_length": "A key has at most %(limit_value)d characters."}
ADDRESS_CHANGED = (
    "The address is another one. Enter the key again: it goes only where it was entered for."
)
KEY_UNREADABLE = "The stored key cannot be read any more. Enter the key again."
NAME_TAKEN = "Somebody added one of that name just now. Choose another name."
CHANGED_MEANWHILE = (
    "Somebody else changed this provider in the same moment. Look at it again, then save."
)

DONE = {
    "added": "Added. Test the connection, and put its models in order.",
    "saved": "Saved.",
    "on": "Switched on.",
    "off": "Switched off. Answers that are being written continue.",
    "deleted": "Deleted.",
    "default": "New conversations start with that.",
}

# Its card

SCRIPTED = "Answers from scripts"
HIDDEN = "Hidden by a configured provider of the same short name"
OFF = "Off"
KEY_LOST = "Enter the key again"
NO_MODELS = "Lists no models"

# Its models

NO_MOVE = "Say what to do with the list."
LAST_MODEL = "One model has to stay. To offer none, switch the provider off."


def too_many_models(models: int, most: int) -> str:
    return f"These are {models:,} models; {most:,} is the most."


def no_name(beginning: str) -> str:
    return f"“{beginning}…” is no name of a model: it is too long or unreadable."


def without_service(model: str) -> str:
    return f"“{model}” lacks its service. Write service/model, such as {EXAMPLE}."


# A test of its connection

LISTS_NONE = "The provider lists no models. Add the name of one below its settings."
ONLY_THOUGHT = "It answered: it began to think, and was to write no more than that."
NO_WORD = (
    "It answered, without a word. Models that think first do so when they may write so little."
)


def answered(text: str) -> str:
    return f"It answered: “{text}”"
