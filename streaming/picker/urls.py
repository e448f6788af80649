"""Addresses of the picker of models."""

from django.urls import path

from streaming.picker import views

app_name = "picker"
urlpatterns = [
    path("models/", views.models, name="models"),
    path("models/favourite/", views.favourite, name="favourite"),
]
