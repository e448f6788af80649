"""Every text of the site stands in every catalogue, translated, with the same places in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import gettext, ngettext

from chatsite.languages import catalogue, extraction
from chatsite.languages.borrowed import BORROWED
from chatsite.languages.catalogue import Entry
from chatsite.languages.script_texts import texts_of
from tests import ROOT

PLACE = re.compile(r"%\(\w+\)[sdg]|%[sdg]|</?[a-z]+[^>]*>|https?://[^\s.]+[^\s]*[a-z0-9]")
SAME = {  # names, and words that are the same in both languages
    "sw": {"Ctrl Enter", "Data", "Demo", "Enter", "Esc", "Metadata"},
}
FILES = catalogue.paths()
CODES = [path.stem for path in FILES]


def wanted() -> dict[tuple[str, str], Entry]:
    entries = [*extraction.entries(ROOT), *BORROWED]
    return {entry.key: entry for entry in entries}


def test_every_language_but_english_has_a_catalogue() -> None:
    assert ["en", *CODES] == [code for code, _ in settings.LANGUAGES]


@pytest.mark.parametrize("path", FILES, ids=CODES)
def test_a_catalogue_holds_every_text_of_the_site_and_no_other(path: Path) -> None:
    """After a change of texts: `manage.py texts`, then translate what is empty."""
    known, texts = catalogue.read(path), wanted()
    assert [texts[key].text for key in texts.keys() - known.keys()] == []
    assert [known[key].text for key in known.keys() - texts.keys()] == []
    assert [key for key in texts if bool(texts[key].plural) != bool(known[key].plural)] == []


@pytest.mark.parametrize("path", FILES, ids=CODES)
def test_every_text_is_translated_and_few_are_the_same_as_in_english(path: Path) -> None:
    known = catalogue.read(path)
    assert [entry.text for entry in known.values() if not all(entry.translations)] == []
    same = {entry.text for entry in known.values() if entry.text in entry.translations}
    assert same - SAME[path.stem] == set()


@pytest.mark.parametrize("path", FILES, ids=CODES)
def test_a_translation_has_the_places_elements_and_edges_of_its_text(path: Path) -> None:
    for entry in catalogue.read(path).values():
        sources = (entry.text, entry.plural) if entry.plural else (entry.text,)
        assert len(entry.translations) == len(sources), entry
        for source, told in zip(sources, entry.translations, strict=True):
            assert sorted(PLACE.findall(source)) == sorted(PLACE.findall(told)), entry
            assert (source[:1] == " ", source[-1:] == " ") == (told[:1] == " ", told[-1:] == " ")


@pytest.mark.parametrize("path", FILES, ids=CODES)
def test_a_catalogue_is_written_as_it_was_read(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    catalogue.write(copy, catalogue.read(path).values())
    assert copy.read_text("utf-8") == path.read_text("utf-8")


def test_the_command_leaves_a_catalogue_that_is_up_to_date_alone() -> None:
    before = [path.read_text("utf-8") for path in FILES]
    call_command("texts", verbosity=0)
    assert [path.read_text("utf-8") for path in FILES] == before


def test_texts_and_plurals_are_looked_up_in_what_was_compiled_when_the_site_started() -> None:
    with translation.override("sw"):
        assert gettext("Settings") == "Mipangilio"
        assert ngettext("%(number)d minute", "%(number)d minutes", 5) == "dakika %(number)d"
    with translation.override("en"):
        assert gettext("Settings") == "Settings"


def test_a_compiled_catalogue_leaves_out_what_is_not_translated_yet() -> None:
    entries = (
        Entry("one", translations=("moja",)),
        Entry("two", translations=("",)),
        Entry("a dog", "%d dogs", translations=("mbwa %d", "mbwa wengi %d")),
        Entry("bank", context="river", translations=("ukingo",)),
    )
    compiled = catalogue.compiled({entry.key: entry for entry in entries})
    assert compiled.gettext("one") == "moja"
    assert compiled.gettext("two") == "two"
    assert compiled.ngettext("a dog", "%d dogs", 1) == "mbwa %d"
    assert compiled.ngettext("a dog", "%d dogs", 2) == "mbwa wengi %d"
    assert compiled.pgettext("river", "bank") == "ukingo"


def test_texts_are_found_in_templates_and_in_python(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '{% load i18n %}{% translate "One" %}{{ x|default:_("Two (2)") }}'
        "{% blocktranslate trimmed count n=n with name=x %}\n  {{ n }} dog\n  of {{ name }}"
        "{% plural %}{{ n }} dogs of {{ name }}{% endblocktranslate %}"
    )
    found = extraction.texts_of(page)
    assert {(each.text, each.plural) for each in found} == {
        ("One", ""),
        ("Two (2)", ""),
        ("%(n)s dog of %(name)s", "%(n)s dogs of %(name)s"),
    }
    module = tmp_path / "module.py"
    module.write_text('a = gettext("Three " "and")\nb = lazy_text("Four")\nc = gettext(a)\n')
    assert {each.text for each in extraction.texts_of(module)} == {"Three and", "Four"}


def test_texts_are_found_in_scripts(tmp_path: Path) -> None:
    script = tmp_path / "script.js"
    script.write_text(
        '// Not "This one".\nconst A = { 0: "It is one." };\nif (key === "Enter") say("Wait…");\n'
        'button(document.text("Wrap"), "Mac OS X");\n'
    )
    assert [each.text for each in extraction.texts_of(script)] == ["It is one.", "Wait…", "Wrap"]


def test_a_page_carries_the_texts_of_scripts_in_its_language() -> None:
    texts = json.loads(texts_of("sw"))
    assert texts["The answer continues."] == "Jibu linaendelea."
    assert "<" not in texts_of("sw")
