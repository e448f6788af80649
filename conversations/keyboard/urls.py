"""Addresses of the palette and the table of keys."""

from django.urls import path

from conversations.keyboard import views

app_name = "keyboard"
urlpatterns = [
    path("palette/", views.palette, name="palette"),
    path("keys/", views.table, name="keys"),
]
