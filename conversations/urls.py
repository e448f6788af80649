"""Addresses of what is kept."""

from django.urls import path

from conversations import views
from conversations.readme import readme

app_name = "conversations"
urlpatterns = [
    path("", views.new, name="new"),
    path("readme/", readme, name="readme"),
    path("c/<uuid:pk>/", views.open_, name="open"),
    path("c/<uuid:pk>/rename/", views.rename, name="rename"),
    path("c/<uuid:pk>/delete/", views.delete, name="delete"),
]
