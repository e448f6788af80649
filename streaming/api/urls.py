"""Addresses for programs."""

from django.urls import path

from streaming.api import views

app_name = "api"
urlpatterns = [
    path("api/v1/", views.root, name="root"),
]
