"""Addresses of accounts and people. django-allauth asks for its own by these names."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from chatsite.accounts import people, sign_ins
from chatsite.accounts.invitations import views as invitations
from chatsite.accounts.leaving.views import leave
from chatsite.accounts.second_factors.urls import urlpatterns as second_factors
from chatsite.accounts.views import AskForLink, ChangePasswordPage, FollowLink, SignIn, SignOut
from conversations.roles.doors import open_to_readers
from conversations.sign_in.dangerous import asks_again

BY_LINK = r"^password/link/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

people_patterns = [
    path("", people.index, name="list"),
    path("add/", people.add, name="add"),
    path("<int:pk>/link/", people.link, name="link"),
    path("<int:pk>/switch/", people.switch, name="switch"),
    path("<int:pk>/role/", people.role, name="role"),
    path("<int:pk>/sign-out/", people.sign_out, name="sign-out"),
    path("<int:pk>/second-factors/", people.take_second_factors, name="take-second-factors"),
    path("invite/", invitations.invite, name="invite"),
    path("invitations/<int:pk>/take-back/", invitations.take_back, name="take-back"),
]
urlpatterns = [
    path("login/", SignIn.as_view(), name="account_login"),
    path("logout/", open_to_readers(SignOut.as_view()), name="account_logout"),
    path(
        "password/change/",
        open_to_readers(ChangePasswordPage.as_view()),
        name="account_change_password",
    ),
    path(
        "password/set/",
        asks_again("POST")(allauth.PasswordSetView.as_view()),
        name="account_set_password",
    ),
    path("password/reset/", AskForLink.as_view(), name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(BY_LINK, FollowLink.as_view(), name="account_reset_password_from_key"),
    path("account/delete/", leave, name="account_delete"),
    path("sign-ins/", sign_ins.page, name="account_sign_ins"),
    path("join/<str:token>/", invitations.join, name="join"),
    *second_factors,
    path("people/", include((people_patterns, "people"))),
    path("", include("chatsite.accounts.single_sign_on.urls")),
]
