"""Pictures of an answer: files on its message, in their place between the texts."""

from __future__ import annotations

from base64 import b64encode

from conversations.files.models import File
from streaming.live import fragments
from streaming.live.answers import answer_rows
from tests.support.document import parse
from tests.support.living import Living
from tests.support.sample_files import png


async def test_a_picture_of_an_answer_is_kept_where_it_came(living: Living) -> None:
    answering = await living.answering()
    await answering.says("Here it is.")
    address = f"data:image/png;base64,{b64encode(png()).decode()}"
    images = [{"type": "image_url", "image_url": {"url": address}}]
    await answering.talk.event({"choices": [{"index": 0, "delta": {"images": images}}]})
    await answering.talk.say("Do you like it?")
    run = await answering.finishes()
    assert [row["kind"] for row in run.message.parts] == ["text", "picture", "text"]
    assert run.message.text == "Here it is.Do you like it?"
    file = await living.do(File.objects.get)
    assert (file.owner_id, file.width, file.height) == (living.owner.pk, 60, 40)
    article = await living.do(lambda: fragments.article(answer_rows.load(run.message_id)))
    [shown] = parse(article).all("loading", "lazy")
    assert shown.attributes["src"] == f"/f/{file.pk}/thumbnail/"


async def test_what_is_no_picture_is_left_out_and_said(living: Living) -> None:
    answering = await living.answering()
    broken = b64encode(png()[:60]).decode()
    images = [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{broken}"}}]
    await answering.talk.event({"choices": [{"index": 0, "delta": {"images": images}}]})
    await answering.talk.say("Did it come?")
    run = await answering.finishes()
    assert (run.message.text, run.message.parts) == ("Did it come?", [])
    assert [warned["code"] for warned in run.warnings] == ["picture_not_kept"]
    assert not await living.do(File.objects.exists)
