"""Addresses of a person's own choices."""

from django.urls import path

from chatsite.preferences import views

app_name = "preferences"
urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("settings/<slug:name>/", views.save, name="save"),
]
