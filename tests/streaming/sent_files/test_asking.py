"""What hangs on the messages of a conversation goes with what is asked."""

from __future__ import annotations

from conversations.models import Conversation, Message
from streaming.context import leaving_out
from streaming.models import Generation
from streaming.providers.http.upstream import Upstream
from streaming.providers.model_facts import ModelFacts
from streaming.site import site
from tests.streaming.sent_files import kept
from tests.support.document import parse
from tests.support.living import Living, living, owner
from tests.support.tabs import Tab, tab

__all__ = ["living", "owner", "tab"]


def images(can: bool | None) -> None:
    """Let the provider's list tell whether the model that answers takes pictures."""
    provider = site().providers["puppet"]
    assert isinstance(provider, Upstream)
    provider.facts = {"teller": ModelFacts(images=can)}


async def with_files(living: Living) -> Generation:
    """A prompt with a picture and a document, and an answer that made a picture."""
    run = await living.ended("Here it is.", prompt="Look at these.")

    def hang() -> None:
        answer = Message.objects.select_related("parent").get(pk=run.message_id)
        assert answer.parent is not None
        kept.hang(answer.parent, kept.picture(living.owner), kept.notes(living.owner))
        kept.hang(answer, kept.picture(living.owner, 30, 30))

    await living.do(hang)
    return run


async def conversation(living: Living, run: Generation) -> Conversation:
    return await living.do(lambda: run.conversation)


async def test_files_go_with_their_prompt_and_pictures_of_an_answer_with_the_next(
    living: Living,
) -> None:
    run = await with_files(living)
    answer = await living.answering("And now?", conversation=await conversation(living, run))
    first, said, last = answer.talk.asked["messages"]
    assert [part["type"] for part in first["content"]] == ["image_url", "text"]
    assert '<document name="notes.md">\nBuy a queue.' in first["content"][1]["text"]
    assert said["content"] == "Here it is."
    assert [part["type"] for part in last["content"]] == ["image_url", "text"]
    assert last["content"][1]["text"] == "And now?"
    ended = await answer.finishes()
    assert (ended.input_tokens or 0) > 300  # estimated, pictures too


async def test_a_resume_and_another_answer_send_them_again(living: Living) -> None:
    run = await with_files(living)
    answer = await living.answering("And now?", conversation=await conversation(living, run))
    await answer.says("Half an ans")
    stopped = await answer.stops()
    resuming = await living.resuming(stopped.message_id)
    assert "image_url" in str(resuming.talk.asked["messages"][0])
    await resuming.finishes()


async def test_a_model_that_takes_no_pictures_says_so_before_anything_is_sent(
    living: Living, tab: Tab
) -> None:
    run = await with_files(living)
    images(can=False)
    refused = await tab.post(f"/m/{run.message_id}/regenerate/", htmx=True)
    assert refused.status_code == 409
    assert "takes no pictures, so nothing was sent" in refused.content.decode()
    # Of those in earlier prompts it reads that there were some.
    answer = await living.answering("And now?", conversation=await conversation(living, run))
    assert "this model takes no pictures" in str(answer.talk.asked["messages"])
    assert "image_url" not in str(answer.talk.asked["messages"])
    await answer.finishes()


async def test_the_gauge_counts_files(living: Living, tab: Tab) -> None:
    run = await with_files(living)
    reply = await tab.get(f"/c/{run.conversation_id}/gauge/?model=puppet/teller")
    shown = parse(reply.content.decode()).one("id", "gauge")
    assert int(shown.attributes["data-used"]) > 500


async def test_what_is_left_out_makes_room_for_files_too(living: Living) -> None:
    first = await living.ended("Read.", prompt="Read this.")
    thread = await conversation(living, first)
    second = await living.ended("Read.", prompt="And this.", conversation=thread)
    third = await living.ended("Short.", prompt="Short?", conversation=thread)

    def leave_out() -> int | None:
        for run in (first, second):
            asked = Message.objects.get(pk=run.message_id).parent
            assert asked is not None
            kept.hang(asked, kept.notes(living.owner, "word " * 2000))
        found = leaving_out.leave_out(Conversation.objects.get(pk=thread.pk), 1000)
        return found.pk if found else None

    assert await living.do(leave_out) == await living.do(
        lambda: Message.objects.get(pk=third.message_id).parent_id
    )
