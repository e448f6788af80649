"""Addresses of a person's own keys."""

from django.urls import path

from streaming.catalog.own_keys import views

app_name = "own_keys"
urlpatterns = [
    path("settings/keys/", views.page, name="page"),
    path("settings/keys/remove/", views.remove, name="remove"),
]
