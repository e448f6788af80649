"""Addresses for programs."""

from django.urls import path

from streaming.api import views
from streaming.api.stream import stream

app_name = "api"
urlpatterns = [
    path("m/<int:pk>/stream/", stream, name="stream"),
    path("api/v1/", views.root, name="root"),
    path("api/v1/openapi.json", views.document, name="openapi"),
    path("api/v1/files/", views.files, name="files"),
    path("api/v1/models/", views.models, name="models"),
    path("api/v1/conversations/", views.conversations, name="conversations"),
    path("api/v1/conversations/<uuid:pk>/", views.conversation, name="conversation"),
    path("api/v1/messages/<int:pk>/", views.message, name="message"),
    path("api/v1/messages/<int:pk>/stop/", views.stop, name="stop"),
    path("api/v1/messages/<int:pk>/resume/", views.resume, name="resume"),
]
