"""The form of system prompt and parameters: what it offers, and what of it is accepted."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from streaming.forms import storable
from streaming.parameters import chips
from streaming.providers.formats.requests.offers import Offer
from streaming.providers.formats.requests.parameters import HOUSE
from streaming.providers.parameters import NAMES, SWITCH, Parameters, is_entries

SEED_BITS = 63
EVERYTHING = Offer(frozenset(NAMES), ("none", "minimal", "low", "medium", "high", "xhigh", "max"))
"""What is offered while no model is chosen."""

OF_ALL_MODELS = replace(EVERYTHING, names=EVERYTHING.names - {"system_prompt", "extra_body"})
"""What may be set for all models: further entries of a request are one provider's own."""
ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}


class ParametersForm(forms.Form):
    """Only the fields that the model takes; the others stay as they are `stored`."""

    system_prompt = forms.CharField(required=False, strip=False)
    temperature = forms.CharField(required=False, max_length=40)
    top_p = forms.CharField(required=False, max_length=40)
    max_tokens = forms.CharField(required=False, max_length=40)
    effort = forms.CharField(required=False, max_length=40)
    seed = forms.CharField(required=False, max_length=40)
    stop = forms.CharField(required=False, strip=False, max_length=2000)
    web_search = forms.ChoiceField(required=False, choices=[(each, each) for each in ("", *SWITCH)])
    extra_body = forms.CharField(required=False)

    cleaned_data: dict[str, Any]

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        offer: Offer,
        stored: Parameters,
        below: Iterable[chips.Chip] = (),
        **others: Any,
    ) -> None:
        """`below` is what holds where a field is empty; `others` are values of other fields."""
        initial = {name: chips.words(stored, name) for name in NAMES}
        super().__init__(data, initial={**initial, **others})
        self.offer, self.stored = offer, stored
        self.below = list(below)
        for name in NAMES:
            if name not in offer.names:
                del self.fields[name]
        for chip in self.below:
            self.fields[chip.name].widget.attrs["placeholder"] = chip.short

    @property
    def result(self) -> Parameters:
        """What was written, and what is stored of parameters that this model does not take."""
        chosen = {name: self.cleaned_data[name] for name in NAMES if name in self.fields}
        return replace(self.stored, **chosen)

    @property
    def others(self) -> list[chips.Chip]:
        """What is stored and not sent to this model."""
        return [
            chip
            for chip in chips.chips(self.stored)
            if not self.offer.takes(chip.name, getattr(self.stored, chip.name))
        ]

    def clean_system_prompt(self) -> str:
        return told(self.cleaned_data["system_prompt"])

    def clean_temperature(self) -> float | None:
        return _between(self.cleaned_data["temperature"], self.offer.hottest)

    def clean_top_p(self) -> float | None:
        return _between(self.cleaned_data["top_p"], 1)

    def clean_max_tokens(self) -> int | None:
        return _whole(self.cleaned_data["max_tokens"], 1, settings.LONGEST_ANSWER_TOKENS)

    def clean_seed(self) -> int | None:
        return _whole(self.cleaned_data["seed"], 0, 2**SEED_BITS - 1)

    def clean_effort(self) -> str:
        word = str(self.cleaned_data["effort"]).strip().lower()
        if word and word not in self.offer.efforts:
            raise ValidationError(
                _("This model knows %(words)s.") % {"words": ", ".join(self.offer.efforts)}
            )
        return word

    def clean_stop(self) -> tuple[str, ...]:
        words = _listed(storable(self.cleaned_data["stop"]))
        if len(words) > self.offer.most_stops:
            raise ValidationError(
                _("This model takes at most %(most)d stop words.") % {"most": self.offer.most_stops}
            )
        if any(len(word) > settings.STOP_CHARACTERS for word in words):
            raise ValidationError(
                _("A stop word may have %(most)d characters.") % {"most": settings.STOP_CHARACTERS}
            )
        return words

    def clean_extra_body(self) -> dict[str, Any]:
        text = storable(str(self.cleaned_data["extra_body"])).strip()
        if len(text.encode()) > settings.EXTRA_BODY_BYTES:
            raise ValidationError(
                _("At most %(most)d bytes are possible.") % {"most": settings.EXTRA_BODY_BYTES}
            )
        body = _read(text) if text else {}
        for name in body:
            if name in HOUSE:
                raise ValidationError(
                    _("“%(name)s” is set by this site. Take it out.") % {"name": name[:80]}
                )
        return body

    def clean(self) -> None:
        """What was not changed passes, also where this model would not take it: it is not sent."""
        offered = [name for name in NAMES if name in self.fields]
        unchanged = {name for name in offered if self._is_unchanged(name)}
        for name in unchanged:
            self.errors.pop(name, None)
            self.cleaned_data[name] = getattr(self.stored, name)
        if unchanged >= {"temperature", "top_p"}:
            return
        both = self.cleaned_data.get("temperature"), self.cleaned_data.get("top_p")
        if self.offer.either and None not in both and "top_p" in self.fields:
            self.add_error("top_p", _("This model takes a temperature or top_p, not both."))

    def _is_unchanged(self, name: str) -> bool:
        said = str(self.data.get(name) or "").replace("\r\n", "\n")
        return bool(said) and said == chips.words(self.stored, name).replace("\r\n", "\n")


def told(text: object) -> str:
    """A text for models, as it is kept; raises ValidationError where it is too long."""
    kept = storable(str(text or "")).replace("\r\n", "\n")
    size = len(kept.encode())
    if size > settings.SYSTEM_PROMPT_BYTES:
        raise ValidationError(
            _("This is %(size)d bytes long. %(most)d are possible.")
            % {"size": size, "most": settings.SYSTEM_PROMPT_BYTES}
        )
    return kept if kept.strip() else ""


class ProjectForm(ParametersForm):
    """What models are told in the conversations of a project, and asked with."""

    instructions = forms.CharField(required=False, strip=False)

    def clean_instructions(self) -> str:
        return told(self.cleaned_data["instructions"])


def _number(text: str) -> float:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValidationError(_("Write a number, such as 0.7."))
    return value


def _between(text: str, most: float) -> float | None:
    """From 0 to `most`."""
    if not text.strip():
        return None
    value = _number(text)
    if not 0 <= value <= most:
        raise ValidationError(_("Write a number from 0 to %(most)g.") % {"most": most})
    return value


def _whole(text: str, least: int, most: int) -> int | None:
    plain = text.strip().replace("_", "")
    if not plain:
        return None
    if not (plain.isascii() and plain.isdecimal()) or not least <= int(plain) <= most:
        raise ValidationError(
            _("Write a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
        )
    return int(plain)


def _listed(text: str) -> tuple[str, ...]:
    """Words with commas in between; one in quotes may hold commas and blanks, \\n is a line end."""
    rows = csv.reader(text.splitlines(), skipinitialspace=True)
    try:
        found = [word for row in rows for word in row]
    except csv.Error as trouble:
        raise ValidationError(_("Write the words with commas in between.")) from trouble
    return tuple(dict.fromkeys(_plain(word) for word in found if word))


def _plain(word: str) -> str:
    parts, letters = [], iter(word)
    for letter in letters:
        following = next(letters, "") if letter == "\\" else ""
        parts.append(ESCAPES.get(following, letter + following))
    return "".join(parts)


def _read(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or not is_entries(body):
        raise ValidationError(_('Write a JSON object, such as {"top_k": 40}.'))
    return body


def _refuse(constant: str) -> None:
    raise ValueError(constant)


class NameForm(forms.Form):
    """The name of a preset."""

    name = forms.CharField(max_length=settings.PRESET_CHARACTERS)
