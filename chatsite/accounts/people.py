"""Pages for administrators: people, their accounts, and links to set a password."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from chatsite import sentences
from chatsite.accounts import mail, sign_ins
from chatsite.accounts.forms import NAME_CHARACTERS, PersonForm
from chatsite.accounts.invitations import inviting
from chatsite.accounts.links import password_link
from chatsite.accounts.second_factors import factors, taking_away
from conversations import access
from conversations.audit.acts import What
from conversations.audit.recording import record
from conversations.redirects import SeeOther
from conversations.requests import key_of
from conversations.roles import giving
from conversations.roles.rights import Role, role_of
from conversations.sign_in.dangerous import asks_again
from streaming.catalog.views import administrators

TOLD = {
    "on": sentences.SWITCHED_ON,
    "off": sentences.SWITCHED_OFF,
    "role": sentences.ROLE_GIVEN,
    "last": sentences.LAST_ADMINISTRATOR,
    "out": sentences.SIGNED_OUT_EVERYWHERE,
    "back": sentences.INVITATION_TAKEN_BACK,
    "factors": sentences.FACTORS_TAKEN_AWAY,
}


@administrators("GET")
def index(request: HttpRequest) -> HttpResponse:
    """Those whose names hold `name`, by name, so many a page; the next begins `after` one."""
    name, after = (_said(request, each) for each in ("name", "after"))
    rows = User.objects.filter(leaving=None, username__icontains=name, username__gt=after)
    people = factors.marked(rows.select_related("standing").order_by("username"))
    found = list(people[: settings.PEOPLE_A_PAGE + 1])
    shown = found[: settings.PEOPLE_A_PAGE]
    context = {
        "people": [(each, role_of(each)) for each in shown],
        "roles": Role.choices,
        "invitations": [(each, Role(each.role).label) for each in inviting.waiting()],
        "told": TOLD.get(request.GET.get("done", ""), ""),
        "name": name,
        "after": after,
        "next": shown[-1].get_username() if len(found) > len(shown) else "",
    }
    return render(request, "people/list.html", context)


@asks_again("POST")
@administrators("GET", "POST")
def add(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST if request.method == "POST" else None)
    made = form.save(access.person(request)) if form.is_valid() else None
    if made is None:
        status = 400 if form.is_bound else 200
        context = {"form": form, "can_send": mail.can_send()}
        return render(request, "people/form.html", context, status=status)
    return _link(request, made)


@asks_again("POST")
@administrators("POST")
def link(request: HttpRequest, pk: int) -> HttpResponse:
    return _link(request, _person(pk, is_active=True))


@administrators("POST")
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """An account that is switched off loses every sign-in; one's own cannot be switched off."""
    person, chief = _person(pk), access.person(request)
    if person == chief:
        raise Http404
    is_on = request.POST.get("enabled") == "on"
    try:
        with transaction.atomic():
            giving.switch(person, is_on, chief)
            if not is_on:
                sign_ins.end_all(person, "")
    except giving.LastAdministrator:
        return _back("last")
    return _back("on" if is_on else "off")


@asks_again("POST")
@administrators("POST")
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own, too, as long as another administrator is there."""
    person, said = _person(pk), request.POST.get("role", "")
    if said not in Role:
        raise Http404
    try:
        giving.give(person, Role(said), access.person(request))
    except giving.LastAdministrator:
        return _back("last")
    return _back("role" if person != access.person(request) else "")


@administrators("POST")
def sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    """All sessions of this person end; of one's own, all but this one."""
    person, current = _person(pk), str(request.session.session_key)
    with transaction.atomic():
        if sign_ins.end_all(person, current):
            record(access.person(request), What.SESSIONS_ENDED, whom=person)
    return _back("out")


@asks_again("POST")
@administrators("POST")
def take_second_factors(request: HttpRequest, pk: int) -> HttpResponse:
    """For who lost theirs: the password alone lets this person in from now on."""
    taking_away.take_away(_person(pk), access.person(request))
    return _back("factors")


def _said(request: HttpRequest, field: str) -> str:
    return request.GET.get(field, "").replace("\0", "").strip()[:NAME_CHARACTERS]


def _back(told: str) -> HttpResponse:
    """To the list; to the conversations, who has no right to see it any more."""
    reply = SeeOther("people:list" if told else "conversations:new")
    if told:
        reply.headers["Location"] += f"?done={told}"
    return reply


def _person(pk: int, **more: bool) -> User:
    found = User.objects.filter(pk=pk, leaving=None, **more).first()
    if found is None:
        raise Http404
    return found


def _link(request: HttpRequest, person: User) -> HttpResponse:
    """The page with a new link; only this page and the mail show it."""
    with transaction.atomic():
        record(access.person(request), What.LINK_MADE, whom=person, key=key_of(request))
    address = password_link(person)
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    context = {"person": person, "link": address, "hours": hours, "sent": None}
    if mail.can_send() and person.email:
        context["sent"] = _sent(person, address, hours)
    return render(request, "people/link.html", context)


def _sent(person: User, address: str, hours: int) -> bool:
    context = {"user": person, "password_reset_url": address, "hours": hours}
    prefix = f"account/email/{'password_reset_key' if person.has_usable_password() else 'welcome'}"
    return mail.send(get_adapter().render_mail(prefix, person.email, context))
