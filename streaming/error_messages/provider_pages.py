"""What the pages of providers say: of a form, a list of models, a test of a connection. Pure."""

from django.utils.translation import gettext

from conversations.languages.texts import lazy_text
from streaming.providers.service_names import EXAMPLE

# A provider's form

CHOOSE = {
    "required": lazy_text("Choose one."),
    "invalid_choice": lazy_text("Choose one of the list."),
}
NAME = {
    "required": lazy_text("Give it a name, as it shall stand in the list of models."),
    "max_length": lazy_text("A name has at most %(limit_value)d characters."),
}
ADDRESS = {"required": lazy_text("Enter the address of its API.")}
KEY = {"max_length": lazy_text("A key has at most %(limit_value)d characters.")}
ADDRESS_CHANGED = lazy_text(
    "The address is another one. Enter the key again: it goes only where it was entered for."
)
KEY_UNREADABLE = lazy_text("The stored key cannot be read any more. Enter the key again.")
NAME_TAKEN = lazy_text("Somebody added one of that name just now. Choose another name.")
CHANGED_MEANWHILE = lazy_text(
    "Somebody else changed this provider in the same moment. Look at it again, then save."
)

DONE = {
    "added": lazy_text("Added. Test the connection, and put its models in order."),
    "saved": lazy_text("Saved."),
    "on": lazy_text("Switched on."),
    "off": lazy_text("Switched off. Answers that are being written continue."),
    "deleted": lazy_text("Deleted."),
    "default": lazy_text("New conversations start with that."),
}

# Its card

SCRIPTED = lazy_text("Answers from scripts")
HIDDEN = lazy_text("Hidden by a configured provider of the same short name")
OFF = lazy_text("Off")
KEY_LOST = lazy_text("Enter the key again")
NO_MODELS = lazy_text("Lists no models")

# Who may use it

NOBODY_CHOSEN = lazy_text("Choose a role, or name somebody.")


def nobody_called(name: str) -> str:
    return gettext("Nobody here is called “%(name)s”. Write user names, one a line.") % {
        "name": name[:150]
    }


def too_many_people(most: int) -> str:
    return gettext("Name at most %(most)s people, or choose a role.") % {"most": f"{most:,}"}


# People's own keys

OWN_KEY = {"required": lazy_text("Enter the key.")}
TAKES_NO_KEY = lazy_text("This provider takes no key of yours.")
OWN_KEYS_DONE = {
    "saved": lazy_text("Kept. Your answers of this provider are asked for with it from now on."),
    "removed": lazy_text("Removed."),
}

# Its models

NO_MOVE = lazy_text("Say what to do with the list.")
LAST_MODEL = lazy_text("One model has to stay. To offer none, switch the provider off.")


def too_many_models(models: int, most: int) -> str:
    return gettext("These are %(models)s models; %(most)s is the most.") % {
        "models": f"{models:,}",
        "most": f"{most:,}",
    }


def no_name(beginning: str) -> str:
    return gettext("“%(beginning)s…” is no name of a model: it is too long or unreadable.") % {
        "beginning": beginning
    }


def without_service(model: str) -> str:
    return gettext("“%(model)s” lacks its service. Write service/model, such as %(example)s.") % {
        "model": model,
        "example": EXAMPLE,
    }


# A test of its connection

LISTS_NONE = lazy_text("The provider lists no models. Add the name of one below its settings.")
ONLY_THOUGHT = lazy_text("It answered: it began to think, and was to write no more than that.")
NO_WORD = lazy_text(
    "It answered, without a word. Models that think first do so when they may write so little."
)


def answered(text: str) -> str:
    return gettext("It answered: “%(text)s”") % {"text": text}
