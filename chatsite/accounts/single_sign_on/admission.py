"""Who comes in, with which role, as whom. Claims that come here are verified."""

from __future__ import annotations

import logging
import re
import unicodedata
from contextlib import suppress
from secrets import token_hex

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from chatsite import sentences
from chatsite.accounts import sign_ins
from chatsite.accounts.forms import NAME_CHARACTERS
from chatsite.accounts.single_sign_on.configuration import SignOn
from chatsite.accounts.single_sign_on.failures import NotAdmitted
from chatsite.accounts.single_sign_on.groups import role_by_groups
from chatsite.accounts.single_sign_on.id_token import Claims
from chatsite.accounts.single_sign_on.provider import name_in
from conversations.audit.acts import What
from conversations.audit.recording import record
from conversations.roles import giving
from conversations.roles.giving import LastAdministrator
from conversations.roles.rights import Role, role_of
from conversations.sign_in.links import OWNER

logger = logging.getLogger("chatsite.sign_ins")
NOT_IN_NAMES = re.compile(r"[^\w.@+-]+")
SAME_NAMES = 100
"""How many people of one name are told apart by a number."""


def admit(sign_on: SignOn, claims: Claims) -> None:
    """The person is there, linked, and has the role that the groups give; raises NotAdmitted."""
    link = _link(sign_on, claims)
    if link is None:
        try:
            _make(sign_on, claims)
        except IntegrityError:  # the same person at the same moment
            link = _link(sign_on, claims)
            if link is None:
                raise
    if link is not None:
        _update(sign_on, claims, link.user)


def connect(sign_on: SignOn, claims: Claims, person: User) -> None:
    """This person may sign in by it from now on; raises NotAdmitted."""
    if sign_on.roles and _role(sign_on, claims) is None:
        raise NotAdmitted("no group that maps to a role")
    try:
        with transaction.atomic():
            link, _ = SocialAccount.objects.get_or_create(
                provider=sign_on.issuer,
                uid=claims["sub"],
                defaults={"user": person, "extra_data": {"name": name_in(claims)}},
            )
    except IntegrityError:
        raise NotAdmitted("connected meanwhile", sentences.SIGN_ON_OTHERS) from None
    if link.user_id != person.pk:
        raise NotAdmitted("connected with another account", sentences.SIGN_ON_OTHERS)


def _link(sign_on: SignOn, claims: Claims) -> SocialAccount | None:
    links = SocialAccount.objects.select_related("user")
    return links.filter(provider=sign_on.issuer, uid=claims["sub"]).first()


def _role(sign_on: SignOn, claims: Claims) -> str | None:
    return role_by_groups(sign_on, claims) or sign_on.role_of_others


def _update(sign_on: SignOn, claims: Claims, person: User) -> None:
    """Without a map of groups, roles are an administrator's to give, on the page of people."""
    if not person.is_active:
        raise NotAdmitted("switched off", sentences.SIGN_ON_SWITCHED_OFF)
    if not sign_on.roles:
        return
    role, before = _role(sign_on, claims), role_of(person)
    with suppress(LastAdministrator):  # else nobody could administer the site
        giving.give(person, Role(role or Role.READ_ONLY))
        if before != (role or Role.READ_ONLY):
            _log(person, role or Role.READ_ONLY)
    if role is None:
        sign_ins.end_all(person, "")
        raise NotAdmitted("no group that maps to a role")


@transaction.atomic
def _make(sign_on: SignOn, claims: Claims) -> None:
    """A person of a free name, whom nothing but the provider lets in."""
    if sign_on.accounts == "none":
        raise NotAdmitted("accounts are not made", sentences.SIGN_ON_NO_ACCOUNT)
    role = _role(sign_on, claims)
    if sign_on.accounts == "groups":
        role = role_by_groups(sign_on, claims)
    if role is None:
        raise NotAdmitted("no group that maps to a role, and no account")
    User.objects.select_for_update(no_key=True).order_by("pk").first()  # one after the other
    person = User.objects.create_user(_free_name(name_in(claims)))
    record(None, What.ACCOUNT_ADDED, whom=person)
    giving.give(person, Role(role))
    _log(person, role)
    SocialAccount.objects.create(
        user=person,
        provider=sign_on.issuer,
        uid=claims["sub"],
        extra_data={"name": name_in(claims)},
    )


def _log(person: User, role: str) -> None:
    logger.info("Person %s is %s by groups", person.pk, role)


def _free_name(wanted: str) -> str:
    """Nobody's in any case of its letters, and not that of the machine's owner."""
    plain = NOT_IN_NAMES.sub("-", unicodedata.normalize("NFKC", wanted)).strip("-")
    base = plain[: NAME_CHARACTERS - 20] or "person"
    for number in range(1, SAME_NAMES):
        name = base if number == 1 else f"{base}-{number}"
        taken = User.objects.filter(username__iexact=name).exists()
        if not taken and name.lower() != OWNER:
            return name
    return f"{base}-{token_hex(8)}"
