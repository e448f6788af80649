"""What changes elsewhere than at the end of a thread is in every tab without a reload."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from conversations.models import Conversation, Deletion, Message
from tests.support.living import Living
from tests.support.tabs import Page, Tab


def steps(page: Page) -> list[str]:
    return [each.attributes["aria-label"] for each in page.page.all("data-siblings")]


async def test_a_temporary_conversation_that_is_kept_is_so_in_every_tab(
    living: Living, tab: Tab
) -> None:
    run = await living.ended("One.")
    thread = Conversation.objects.filter(pk=run.conversation_id)
    hour = timezone.now() + timedelta(hours=3)
    await living.do(lambda: thread.update(temporary_until=hour))
    page = await tab.watch(run.conversation_id)
    assert page.page.all("data-temporary")
    async with page.connected() as socket:
        await page.joins(socket)
        await tab.post(f"/c/{run.conversation_id}/keep/")
        await page.until(socket, lambda now: not now.page.all("data-temporary"))
        await page.until(socket, lambda now: '"stands"' in now.frames[-1])
        await page.joins(socket)


async def test_a_branch_that_is_not_shown_is_counted_while_it_is_there(
    living: Living, tab: Tab
) -> None:
    run = await living.ended("One.")
    prompt = run.message.parent_id
    other = await living.do(
        lambda: Message.objects.create(
            conversation=run.conversation, parent_id=prompt, role="assistant", text="Other"
        )
    )
    page = await tab.watch(run.conversation_id)
    assert steps(page) == ["Answer 1 of 2"]
    async with page.connected() as socket:
        await page.joins(socket)
        await tab.post(reverse("trash:delete-message", args=[other.pk]))
        await page.until(socket, lambda now: steps(now) == [])
        deletion = await living.do(Deletion.objects.get)
        await tab.post(reverse("trash:restore", args=[deletion.pk]))
        await page.until(socket, lambda now: steps(now) == ["Answer 1 of 2"])
        await page.until(socket, lambda now: '"stands"' in now.frames[-1])
        await page.joins(socket)
    assert page.answer.text() == "One."
