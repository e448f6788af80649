"""Addresses for programs."""

from django.urls import path

from streaming.api import views
from streaming.api.stream import stream

app_name = "api"
urlpatterns = [
    path("m/<int:pk>/stream/", stream, name="stream"),
    path("api/v1/", views.root, name="root"),
]
