"""Prompts as files: what goes out comes in again, and what others made does no harm."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.contrib.auth.models import User

from conversations.prompts import archive, library, names, variables
from conversations.prompts.archive import BadFile
from conversations.prompts.markdown_files import PromptFile, read, written

TEXTS = ["Sum up:\n\n{{text}}\n", "---\nno front\n---\n", "  spaces \n\n", 'a: "b"', "दो\u200dपंक्ति"]
DESCRIPTIONS = ["", "In one line", 'With "quotes" and a: colon', "'single'", "— — —"]


def zipped(files: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as whole:
        for name, data in files.items():
            whole.writestr(name, data)
    return target.getvalue()


def unpacked(data: bytes, name: str = "prompts.zip") -> list[PromptFile]:
    return archive.unpacked(io.BytesIO(data), name)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("description", DESCRIPTIONS)
def test_what_is_written_is_read_as_it_was(text: str, description: str) -> None:
    prompt = PromptFile("зведення", description, text)
    assert read(written(prompt), "elsewhere.md") == prompt
    assert unpacked(archive.packed([prompt])) == [prompt]


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("Just text", "a/b/Summary.md", PromptFile("Summary", "", "Just text")),
        ("\ufeff---\r\nname: x\r\n---\r\nText", "y.md", PromptFile("x", "", "Text")),
        ("---\ntags: [a]\nname: 'it''s'\n---\nText", "y.md", PromptFile("it's", "", "Text")),
        ("---\nnever closed", "..\\..\\win.md", PromptFile("win", "", "---\nnever closed")),
        ('---\nname: "a\\ud800"\n---\nText', "y.md", PromptFile("a\ufffd", "", "Text")),
        ("---\nname:" + " " * 200_000 + "x\n---\nText", "y.md", PromptFile("x", "", "Text")),
        ("Text", "\ud800.md", PromptFile("\ufffd", "", "Text")),
        ("---\n---\nText", "z.md", PromptFile("z", "", "Text")),
    ],
)
def test_files_of_other_programs_are_read(text: str, path: str, expected: PromptFile) -> None:
    assert read(text, path) == expected


@pytest.mark.parametrize(
    "typed", ["summary", "zusammenfassung-2", "सारांश", "สรุป", "خلاصه\u200cها", "要約", "été_1"]
)
def test_names_are_words_of_every_script(typed: str) -> None:
    assert names.is_name(names.normal(f" /{typed.upper()} "))
    assert names.near(typed, "prompt") == names.normal(typed)


@pytest.mark.parametrize(
    ("hostile", "name"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("/absolute", "absolute"),
        ("C:\\Windows\\x", "c-windows-x"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("\u202egpj.md", "gpj-md"),
        ("\0\n\t", "prompt"),
        ("....", "prompt"),
        ("-__-", "prompt"),
        ("a" * 5000, "a" * 64),
        ("", "prompt"),
    ],
)
def test_a_hostile_name_becomes_a_name(hostile: str, name: str) -> None:
    assert names.near(hostile, "prompt") == name
    assert names.is_name(name)


def test_of_an_archive_only_prompts_are_read() -> None:
    files: dict[str, bytes | str] = {
        "folder/": "",
        "folder/one.md": "One",
        "__MACOSX/folder/._one.md": "Not one",
        ".hidden.md": "Not one",
        "picture.png": b"\x89PNG",
        "../../two.MD": "Two",
    }
    assert [prompt.text for prompt in unpacked(zipped(files))] == ["One", "Two"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"PK but no archive", "a.zip"),
        (zipped({"a.md": "A text " * 99})[:-40], "cut.zip"),
        (zipped({"picture.png": b"\x89PNG"}), "none.zip"),
        (zipped({"bomb.md": b"a" * 300_000}), "bomb.zip"),
        (zipped({f"{n}.md": b"a" * 250_000 for n in range(20)}), "bombs.zip"),
        (zipped({f"{n}.md": "a" for n in range(201)}), "many.zip"),
        (zipped({"a.md": "A"}, zipfile.ZIP_BZIP2), "bzip2.zip"),
        (zipped({"a.md": "A"}, zipfile.ZIP_LZMA), "lzma.zip"),
        (zipped({"a.md": b"\xff\xfe"}), "latin.zip"),
        (b"\xff\xfe", "latin.md"),
        (b"a" * 300_000, "large.md"),
        (b"\x89PNG", "picture.png"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data: bytes, name: str) -> None:
    with pytest.raises(BadFile, match=r"\.$"):
        unpacked(data, name)


@pytest.mark.django_db
def test_an_import_adds_what_is_new_once_and_changes_nothing() -> None:
    user = User.objects.create_user("somebody")
    library.add(user, "summary", "", "Mine", shared=True)
    files = [
        PromptFile("Summary", "", "Mine"),
        PromptFile("summary", "Two\nlines \0", "Another\0"),
        PromptFile("../evil", "", "Evil"),
        PromptFile("empty", "", " \n"),
    ]
    first = library.take_in(user, files)
    assert (first.added, first.known, len(first.refused)) == (["summary-2", "evil"], 1, 1)
    again = library.take_in(user, files)
    assert (again.added, again.known) == ([], 3)
    rows = library.own(user).values_list("name", "description", "text", "shared")
    assert list(rows) == [
        ("evil", "", "Evil", False),
        ("summary", "", "Mine", True),
        ("summary-2", "Two lines", "Another\N{REPLACEMENT CHARACTER}", False),
    ]


def test_variables_are_found_once_each_and_filled_where_there_is_a_value() -> None:
    text = "{{topic}}, {{ topic }} and {{тема дня}}; {{}} {{a{b}} {single} {{empty}}"
    assert variables.names(text) == ["topic", "тема дня", "empty"]
    filled = variables.filled(text, {"topic": "{{empty}} \\1", "тема дня": "x", "empty": ""})
    assert filled == "{{empty}} \\1, {{empty}} \\1 and x; {{}} {{a{b}} {single} {{empty}}"


def test_hostile_names_and_places_of_any_length_are_looked_at_no_further_than_needed() -> None:
    marks = "a" + "\u0316\u0300" * 1_000_000
    assert names.normal(marks) == names.normal(marks[: names.LONGEST_TYPED])
    assert names.near("\u0300-" * 1_000_000, "prompt") == "prompt"
    assert variables.names("{{" + " \t" * 1_000_000) == []
    assert read("---\nname:" + " x" * 200_000 + "\n---\nText").text == "Text"
    assert variables.names("{{ \t }}{{ a b\t}}") == ["a b"]
    assert variables.filled("{{ \t }}{{ a b\t}}", {"a b": "x", "": "y"}) == "{{ \t }}x"
