"""Addresses of single sign-on. `sign_on:back` is what the provider is told to send people to."""

from django.urls import path

from chatsite.accounts.single_sign_on import views

app_name = "sign_on"
urlpatterns = [
    path("sign-on/", views.begin, name="begin"),
    path("sign-on/back/", views.back, name="back"),
    path("settings/sign-on/", views.page, name="page"),
]
