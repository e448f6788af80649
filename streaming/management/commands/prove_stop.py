"""`manage.py prove_stop PROVIDER/MODEL`: shows with a real answer what a stop does there."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.timezone import localtime

from streaming.catalog import provider_store
from streaming.demo.serving.child import DemoChild, DemoDied
from streaming.error_messages import failures
from streaming.events import Failed
from streaming.ops.stop_proof import Receipt, prove
from streaming.providers import discovery
from streaming.providers.billing import billing
from streaming.providers.config import ProviderConfig, load_providers
from streaming.providers.http.addresses import AddressPolicy
from streaming.providers.http.client import close_client, open_client
from streaming.providers.http.guarded_client import open_guarded_client
from streaming.providers.registry import provider_for


class Command(BaseCommand):
    help = "Ask a provider for a long answer, stop it after 20 deltas, and print the receipt."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("which", metavar="PROVIDER/MODEL", help="such as openai/gpt-4.1-mini")

    def handle(self, *args: Any, which: str, **options: Any) -> None:
        slug, _, model = which.partition("/")
        if not slug or not model:
            raise CommandError("Name a provider and a model of it, such as openai/gpt-4.1-mini.")
        with connected(slug) as (config, is_vouched_for):
            receipt = asyncio.run(asked(config, model, is_vouched_for=is_vouched_for))
        if isinstance(receipt.ended, Failed):
            told = failures.explain(receipt.ended, config.timeouts)
            raise CommandError(f"There was no answer to stop: {told.sentence}")
        if receipt.ended is not None:
            raise CommandError(
                f"The answer ended on its own after {receipt.deltas} deltas, so there was nothing "
                "to stop; choose a model that writes more."
            )
        for name, words in lines(config, model, receipt):
            self.stdout.write(f"{name:<16}{words}")
        if receipt.not_cancelled is not None:
            raise CommandError("The provider could not be told to stop, and may write on.")


async def asked(config: ProviderConfig, model: str, *, is_vouched_for: bool) -> Receipt:
    policy = AddressPolicy(settings.LOCAL_PROVIDERS)
    client = open_client() if is_vouched_for else open_guarded_client(policy)
    try:
        return await prove(provider_for(config, client), model)
    finally:
        await close_client(client)


@contextmanager
def connected(slug: str) -> Iterator[tuple[ProviderConfig, bool]]:
    """The provider of that name, and whether the operator vouches for its address."""
    known = {config.slug: (config, True) for config in settings.PROVIDERS}
    with suppress(DatabaseError):  # before the first start there is no table
        for row in provider_store.enabled():
            known.setdefault(row.config.slug, (row.config, False))
    if slug not in known:
        near = asyncio.run(discovery.find(settings.NEARBY_MODELS))
        known |= {config.slug: (config, True) for config in near}
    if slug in known:
        yield known[slug]
        return
    if slug != "demo":
        names = ", ".join(sorted([*known, "demo"]))
        raise CommandError(f"No provider is called “{slug}”; there are {names}.")
    demo = DemoChild(settings.BASE_DIR / "manage.py")
    try:
        yield load_providers({"DEMO_UPSTREAM_URL": demo.url()})[0], True
    except DemoDied as trouble:
        raise CommandError("The demo provider did not start; see above.") from trouble
    finally:
        demo.end()


def lines(config: ProviderConfig, model: str, receipt: Receipt) -> Iterator[tuple[str, str]]:
    yield "Provider", f"{config.name} ({config.slug}), {model}"
    yield "Asked", f"{localtime(receipt.asked_at):%d %b %Y, %H:%M:%S.%f %Z}"
    yield "First words", f"after {receipt.first_delta_seconds:.2f} s"
    yield (
        "Stopped",
        f"{localtime(receipt.stopped_at):%H:%M:%S.%f}, after {receipt.deltas} deltas"
        f" with {receipt.characters} characters",
    )
    yield "Closed", f"{receipt.close_seconds * 1000:.1f} ms after the stop"
    if receipt.idle_at is None:
        yield "Server idle", "not known: this server does not say what it works on"
    else:
        waited = (receipt.idle_at - receipt.stopped_at).total_seconds()
        yield "Server idle", f"at most {waited * 1000:.0f} ms after the stop, as it says itself"
    yield "Written", f"about {receipt.tokens} tokens, as estimated from the text that came"
    yield "Bill", billing(config).sentence
