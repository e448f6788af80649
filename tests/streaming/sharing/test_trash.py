"""The trash closes links; what is deleted for good takes them along, and says so."""

from __future__ import annotations

from conversations.models import Deletion
from conversations.sharing import shares
from conversations.sharing.models import Share
from tests.support.stages import shared
from tests.support.tabs import Tab
from tests.test_ownership import House, house

__all__ = ["house"]


async def test_a_question_before_deleting_for_good_counts_the_links_that_go(
    house: House, tab: Tab
) -> None:
    do, pk = house.living.do, house.run.conversation_id
    links = [await do(lambda: shared(house)) for _ in range(3)]
    await do(lambda: shares.revoke(house.living.owner, links[0].pk))
    path = f"/s/{links[1].token}/"
    assert (await Tab().get(path)).status_code == 200
    await tab.post(f"/c/{pk}/delete/")
    assert (await Tab().get(path)).status_code == 404
    deletion = await do(lambda: Deletion.objects.get(conversation=pk))
    for question in (f"/trash/{deletion.pk}/delete-for-good/", "/trash/empty/"):
        assert (await tab.page(question)).one("data-links").attributes["data-links"] == "2"
    other = f"/trash/{house.deletion.pk}/delete-for-good/"
    assert (await tab.page(other)).all("data-links") == []
    await tab.post(f"/trash/{deletion.pk}/delete-for-good/")
    assert not await do(Share.objects.exists)


async def test_undo_opens_them_again(house: House, tab: Tab) -> None:
    do, pk = house.living.do, house.run.conversation_id
    path = f"/s/{(await do(lambda: shared(house))).token}/"
    await tab.post(f"/c/{pk}/delete/")
    deletion = await do(lambda: Deletion.objects.get(conversation=pk))
    await tab.post(f"/trash/{deletion.pk}/restore/")
    assert (await Tab().get(path)).status_code == 200
