"""Addresses of conversations and of the documentation."""

from django.urls import path

from conversations import views
from conversations.branching.views import branches
from conversations.readme import document, readme
from conversations.search.views import search

app_name = "conversations"
urlpatterns = [
    path("", views.new, name="new"),
    path("readme/", readme, name="readme"),
    path("readme/<path:name>", document, name="document"),
    path("search/", search, name="search"),
    path("c/<uuid:pk>/", views.open_, name="open"),
    path("c/<uuid:pk>/branches/", branches, name="branches"),
    path("c/<uuid:pk>/rename/", views.rename, name="rename"),
]
