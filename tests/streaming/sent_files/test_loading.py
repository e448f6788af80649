"""Files go to a provider whole, in the size that it takes."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.contrib.auth.models import User
from PIL import Image

from conversations.files import smaller
from conversations.files.models import File
from streaming.providers import file_limits
from streaming.providers.base import Provider, SentFile
from streaming.providers.config import ProviderConfig
from streaming.providers.model_facts import ModelFacts
from streaming.sent_files import estimates, loading
from tests.streaming.sent_files import kept
from tests.support import sample_files as made

ANTHROPIC = ProviderConfig("a", "A", "messages", "https://api.anthropic.com/v1")
OPENAI = ProviderConfig("o", "O", "chat", "https://api.openai.com/v1")
OTHER = ProviderConfig("x", "X", "chat", "https://models.example.com/v1")


def provider(config: ProviderConfig, images: bool | None = None) -> Provider:
    facts = {"m": ModelFacts(images=images)}
    return cast(Provider, SimpleNamespace(config=config, facts=facts))


def load(config: ProviderConfig, *files: File, images: bool | None = None) -> tuple[SentFile, ...]:
    return loading.load({1: list(files)}, provider(config, images), "m")[1]


@pytest.mark.django_db
@pytest.mark.parametrize(("config", "edge"), [(ANTHROPIC, 1568), (OPENAI, 2048)])
def test_a_picture_goes_no_larger_than_the_provider_looks(
    owner: User, config: ProviderConfig, edge: int
) -> None:
    (sent,) = load(config, kept.picture(owner, 3000, 1500))
    assert (sent.width, sent.height) == (edge, edge // 2)
    with Image.open(BytesIO(sent.data)) as image:
        assert image.size == (edge, edge // 2)


@pytest.mark.django_db
def test_what_fits_goes_as_it_is(owner: User) -> None:
    file = kept.picture(owner)
    (sent,) = load(ANTHROPIC, file)
    assert sent.data == file.open_bytes()


@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg"])
def test_a_picture_of_too_many_bytes_is_made_of_fewer(media_type: str) -> None:
    image = Image.effect_noise((500, 500), 90).convert("RGB")
    data = made.saved(image, "JPEG" if media_type == "image/jpeg" else "PNG")
    small = smaller.made(data, media_type, 2048, 50_000)
    assert len(small.data) <= 50_000 < len(data)
    with Image.open(BytesIO(small.data)) as again:
        assert (again.width, again.height) == (small.width, small.height)


@pytest.mark.parametrize(("as_what", "media_type"), [("GIF", "image/gif"), ("WEBP", "image/webp")])
def test_of_what_moves_the_first_picture_goes(as_what: str, media_type: str) -> None:
    sent = smaller.made(made.moving(as_what), media_type, 2048, 10**6)
    with Image.open(BytesIO(sent.data)) as image:
        assert getattr(image, "n_frames", 1) == 1
        assert Image.MIME[str(image.format)] == sent.media_type


NATIVE: list[tuple[ProviderConfig, int, bool]] = [
    (ANTHROPIC, 1, True),
    (OPENAI, 100, True),
    (OPENAI, 101, False),
    (OTHER, 1, False),
    (replace(OTHER, options={"pdf": True}), 1, True),
    (replace(OPENAI, options={"pdf": False}), 1, False),
    (replace(OPENAI, format="pawa"), 1, False),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("config", "pages", "is_native"), NATIVE)
def test_a_pdf_goes_as_it_is_where_the_provider_reads_it(
    owner: User, config: ProviderConfig, pages: int, is_native: bool
) -> None:
    paper, notes = load(config, kept.paper(owner, pages), kept.notes(owner))
    assert (bool(paper.data), paper.text) == (is_native, "Whole")
    assert (notes.data, notes.text) == (b"", "Buy a queue.")


@pytest.mark.django_db
def test_a_model_that_sees_nothing_is_told_that_there_were_pictures(owner: User) -> None:
    shown, notes = load(OTHER, kept.picture(owner), kept.notes(owner), images=False)
    assert (shown.data, shown.text) == (b"", loading.NO_PICTURES)
    assert notes.text == "Buy a queue."
    assert load(OTHER, kept.picture(owner), images=None)[0].data


@pytest.mark.django_db
def test_the_newest_go_first_where_there_are_too_many(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = kept.picture(owner)
    few = replace(file_limits.FileLimits(), request_bytes=len(file.open_bytes()) + 10)
    monkeypatch.setattr(file_limits, "limits", lambda config: few)
    sent = loading.load({1: [file], 2: [file]}, provider(OTHER), "m")
    assert (sent[1][0].data, sent[1][0].text) == (b"", loading.NO_ROOM)
    assert sent[2][0].data


@pytest.mark.django_db
def test_a_file_that_is_not_there_any_more_is_told_of(owner: User) -> None:
    file = kept.notes(owner)
    file.text.storage.delete(file.text.name)
    assert load(OTHER, file)[0].text == loading.GONE


COUNTED: list[tuple[ProviderConfig, dict[str, Any], int]] = [
    (ANTHROPIC, {"kind": "image", "width": 750, "height": 1000}, 1000),
    (ANTHROPIC, {"kind": "image", "width": 3000, "height": 3000}, 1600),
    (OPENAI, {"kind": "image", "width": 1024, "height": 1024}, 765),
    (OPENAI, {"kind": "image", "width": 2048, "height": 4096}, 1105),
    (OTHER, {"kind": "image", "width": 60, "height": 40}, 255),
    (OTHER, {"kind": "document", "characters": 4000, "pages": 3}, 1000),
    (ANTHROPIC, {"kind": "document", "characters": 4000, "pages": 3}, 5800),
    (ANTHROPIC, {"kind": "document", "characters": 4000, "pages": 300}, 1000),
]


@pytest.mark.parametrize(("config", "file", "tokens"), COUNTED)
def test_about_so_many_tokens_has_a_file(
    config: ProviderConfig, file: dict[str, Any], tokens: int
) -> None:
    assert file_limits.tokens(config, **file) == tokens
    assert estimates.of_files(config, [File(**file)]) == tokens
