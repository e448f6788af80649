"""Addresses of accounts. django-allauth asks for its own by these names."""

from allauth.account import views as allauth
from django.urls import path, re_path

from chatsite.accounts.views import AskForLink, ChangePassword, FollowLink, SignIn

BY_LINK = r"^password/link/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

urlpatterns = [
    path("login/", SignIn.as_view(), name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("password/change/", ChangePassword.as_view(), name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", AskForLink.as_view(), name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(BY_LINK, FollowLink.as_view(), name="account_reset_password_from_key"),
]
