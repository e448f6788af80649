"""The index finds what a reading of every text finds, on both databases."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from conversations.models import Conversation, Deletion, Message, SearchEntry
from conversations.search import gin
from conversations.search.index import schema
from tests.conversations.search.corpus import found, read, texts, vocabulary, written

pytestmark = pytest.mark.django_db

LANGUAGES = {
    "naive": "What a NAÏVE question",
    "STRASSE": "Straße",
    "smorre": "Smørrebrød",
    "模型": "大语言模型是什么",
    "模": "大语言模型",
    "東京": "私は東京に住んでいます",
    "ガク": "半角のｶﾞｸｾｲ",
    "สวัสดี": "ฉันพูดว่าสวัสดีครับ",
    "كتاب": "هذا كِتَـــابٌ جديد",
    "احمد": "أحمد",
    "학교": "우리학교에서",
    "go": "let us go",
    "back": "backpressure",
    "can't": "You can’t",
    "C++": "Written in C",
    "🎉": "done🎉",
    '"slow drain"': "a slow, *drain*",
    "2026": "٢٠٢٦",
}
SYNTAX = (
    '"',
    "*",
    "NEAR",
    "NEAR(a b)",
    "-",
    "a:b",
    "AND",
    "x OR",
    "(",
    "^a",
    "'",
    "\\",
    "{a}:b",
    ":*",
)


@pytest.mark.parametrize("query", LANGUAGES)
def test_a_word_is_found_however_it_is_spelled(owner: User, query: str) -> None:
    there, _ = written(owner, LANGUAGES[query], "Something else entirely")
    assert found(owner, query) == {there.pk}


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("pressure", "backpressure"),  # no word begins so
        ("b", "backpressure"),  # one letter is a word
        ('"back"', "backpressure"),  # in quotes words are whole
        ('"slow drain"', "drain slow"),
        ("tap drain", "a tap"),
        ("型模", "模型"),
        ("か", "が"),
        ("模 型", "大语言模"),
    ],
)
def test_what_only_looks_alike_is_not_found(owner: User, query: str, text: str) -> None:
    written(owner, text)
    assert found(owner, query) == set()


@pytest.mark.parametrize("read_first", [1, 1000])
def test_each_query_finds_what_reading_every_text_finds(
    owner: User, read_first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gin, "FIRST_STEP", read_first)
    words = vocabulary(150)
    messages = written(owner, *texts(words, 250))
    chance = random.Random(3)
    some = [" ".join(chance.choices(words, k=2)) for _ in range(60)]
    pieces = [each.text[at : at + 9] for at, each in enumerate(messages[:120])]
    phrases = [f'"{piece.replace(chr(34), "")}"' for piece in pieces[:60]]
    queries = [query for query in (*words, *some, *pieces, *phrases) if read([], query) == set()]
    assert len(found(owner, words[0])) > 100
    assert {query: found(owner, query) for query in queries if has_letters(query)} == {
        query: read(messages, query) for query in queries if has_letters(query)
    }


def has_letters(query: str) -> bool:
    return any(character.isalnum() for character in query)


@pytest.mark.parametrize("syntax", SYNTAX)
def test_the_syntax_of_a_database_is_text_like_any_other(owner: User, syntax: str) -> None:
    messages = written(owner, f"{syntax} here", "a b", "x near and")
    for query in (syntax, f"{syntax} here", f'"{syntax}"'):
        if has_letters(query):
            assert found(owner, query) == read(messages, query)


def test_a_text_of_any_length_is_found_by_every_word_of_it(owner: User) -> None:
    (there,) = written(owner, " ".join(f"w{number}" for number in range(150_000)))
    for query in ("w0", "w149999", '"w70000 w70001"', "w3 w149998"):
        assert found(owner, query) == {there.pk}
    assert found(owner, '"w70001 w70000"') == found(owner, "w150000") == set()


def test_a_title_is_found_and_after_it_was_changed_only_the_new_one(owner: User) -> None:
    thread = Conversation.objects.create(owner=owner, title="Backpressure")
    assert found(owner, "backpressure") == {None}
    thread.title = "Drains"
    thread.save(update_fields=["title"])
    assert (found(owner, "backpressure"), found(owner, "drains")) == (set(), {None})


def test_a_text_that_was_changed_is_found_by_what_it_says_now(owner: User) -> None:
    (message,) = written(owner, "first words")
    message.text = "second words"
    message.save()
    assert (found(owner, "first"), found(owner, "second")) == (set(), {message.pk})


def test_the_index_changes_with_the_text_or_not_at_all(owner: User) -> None:
    (message,) = written(owner, "before")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        message.text = "after"
        message.save()
        assert found(owner, "after") == {message.pk}
        raise ZeroDivisionError
    assert (found(owner, "before"), found(owner, "after")) == ({message.pk}, set())


def test_what_is_deleted_is_found_no_more(owner: User) -> None:
    gone, stays = written(owner, "word one", "word two")
    gone.delete()
    assert found(owner, "word") == {stays.pk}
    stays.conversation.delete()
    assert found(owner, "word") == set()
    assert not SearchEntry.objects.exists()


def test_what_is_in_the_trash_is_not_found_until_it_is_restored(owner: User) -> None:
    hidden, shown = written(owner, "word one", "word two")
    deletion = Deletion.objects.create(owner=owner, made_at=datetime.now(UTC))
    Message.everything.filter(pk=hidden.pk).update(deletion=deletion)
    assert found(owner, "word") == {shown.pk}
    threads = Conversation.everything.filter(pk=shown.conversation_id)
    threads.update(trashed_at=datetime.now(UTC))
    assert found(owner, "word") == set()
    threads.update(trashed_at=None)
    Message.everything.filter(pk=hidden.pk).update(deletion=None)
    assert found(owner, "word") == {hidden.pk, shown.pk}


def test_r11_what_others_wrote_is_never_found(owner: User) -> None:
    written(User.objects.create_user("other"), "private word")
    (mine,) = written(owner, "my word")
    assert found(owner, "word") == {mine.pk}


@pytest.mark.sqlite
def test_sqlite_forgets_the_words_of_what_was_deleted(owner: User) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    (message,) = written(owner, "unforgettable")
    message.delete()
    schema.forget_traces(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT block FROM {schema.WORDS}_data")
        assert not any(b"unforgettable" in block for (block,) in cursor.fetchall())
