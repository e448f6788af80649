"""Addresses of the pages of tools."""

from django.urls import path

from streaming.tools.pages import administrators, connecting, people

app_name = "tools"
urlpatterns = [
    path("tools/", administrators.index, name="list"),
    path("tools/add/", administrators.add, name="add"),
    path("tools/allowed/", people.allowed, name="allowed"),
    path("tools/callback/", connecting.callback, name="callback"),
    path("tools/<str:slug>/", administrators.edit, name="edit"),
    path("tools/<str:slug>/connect/", connecting.connect, name="connect"),
    path("tools/<str:slug>/look/", administrators.look, name="look"),
    path("tools/<str:slug>/offer/", administrators.offer, name="offer"),
    path("tools/<str:slug>/switch/", administrators.switch, name="switch"),
    path("tools/<str:slug>/delete/", administrators.delete, name="delete"),
    path("c/<uuid:pk>/tools/", people.of_conversation, name="of-conversation"),
]
