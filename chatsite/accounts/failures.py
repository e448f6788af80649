"""Failed sign-ins: counted in the database's cache, so that all processes share the counts.

An attempt counts as a failure from its start until the password proves right. So of many attempts
at once, no more are tried than of as many one after the other. Unknown names are counted like
those of people.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import blake2b
from time import time as now

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from chatsite.accounts.models import CacheEntry


class TooManyFailures(Exception):
    """For `seconds` no further attempt is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an account or an address: failures, waits so far, the end of the last."""

    failures: tuple[float, ...] = ()
    waits: int = 0
    until: float = 0.0

    def with_failure(self, then: float, most: int) -> Record:
        """From the last allowed failure on, each begins a wait twice as long as the one before.

        A whole window after a wait without a failure, counting starts anew.
        """
        since = then - settings.SIGN_IN_FAILURES_SECONDS
        failures = (*(time for time in self.failures if time > since), then)[-most:]
        waits = self.waits if self.until > since else 0
        if len(failures) < most and not waits:
            return Record(failures)
        longest = settings.SIGN_IN_LONGEST_WAIT_SECONDS
        seconds = min(settings.SIGN_IN_FIRST_WAIT_SECONDS * 2 ** min(waits, 30), longest)
        return Record(failures, waits + 1, then + seconds)

    def without_failure(self, then: float) -> Record:
        failures = tuple(time for time in self.failures if time != then)
        return Record(failures, max(self.waits - 1, 0), min(self.until, then))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One that has begun: its account ("" if it names none), its address, and when."""

    account: str
    address: str
    began: float

    def succeeded(self) -> None:
        """The account's failures are forgotten; the address keeps those of other attempts.

        Otherwise a person with an account could guess other passwords without limit.
        """
        with transaction.atomic():
            if self.account:
                cache.delete(self.account)
            _keep(self.address, _locked(self.address).without_failure(self.began))


def begin(name: str, address: str) -> Attempt:
    """Count an attempt; raises TooManyFailures while there is a wait."""
    return _begin(_account(name), address)


def begin_second(name: str, address: str) -> Attempt:
    """The same for a second factor, counted apart: a right password forgets none of these."""
    return _begin(_second(name), address)


def begin_unnamed(address: str) -> Attempt:
    """The same for what names nobody that can be believed: only the address counts."""
    return _begin("", address)


def _begin(account: str, address: str) -> Attempt:
    attempt = Attempt(account, _key("address", address), now())
    most = {attempt.address: settings.SIGN_IN_FAILURES_OF_ADDRESS}
    if account:
        most = {account: settings.SIGN_IN_FAILURES_OF_ACCOUNT} | most
    _refuse([_record(key) for key in most], attempt.began)  # costs a stranger no transaction
    with transaction.atomic():
        records = {key: _locked(key) for key in most}
        _refuse(list(records.values()), attempt.began)
        for key, record in records.items():
            _keep(key, record.with_failure(attempt.began, most[key]))
    return attempt


def forget(name: str) -> None:
    """For a person who has proved who they are in another way: no wait remains."""
    cache.delete(_account(name))


def forget_second(name: str) -> None:
    """The same for somebody whose second factors were taken away."""
    cache.delete(_second(name))


def _account(name: str) -> str:
    return _key("account", _plain(name))


def _second(name: str) -> str:
    return _key("second", _plain(name))


def _plain(name: str) -> str:
    return name.strip().lower()


def _refuse(records: list[Record], then: float) -> None:
    seconds = max(record.until for record in records) - then
    if seconds > 0:
        raise TooManyFailures(math.ceil(seconds))


def _key(kind: str, said: str) -> str:
    """A digest, for keys of a cache have to be short and plain."""
    digest = blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return f"sign-in-{kind}-{digest}"


def _record(key: str) -> Record:
    return Record(*cache.get(key, ()))


def _locked(key: str) -> Record:
    """The record, which no other process can change before this transaction ends.

    SQLite has one writer anyway; PostgreSQL locks the row, so the row has to exist.
    """
    cache.add(key, (), settings.SIGN_IN_FAILURES_SECONDS)
    rows = CacheEntry.objects.select_for_update().filter(cache_key=cache.make_key(key))
    list(rows.values_list("cache_key"))
    return _record(key)


def _keep(key: str, record: Record) -> None:
    window = settings.SIGN_IN_FAILURES_SECONDS
    seconds = max(window, record.until - now() + window)
    cache.set(key, (record.failures, record.waits, record.until), seconds)
