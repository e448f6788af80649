"""Addresses that a browser asks for to install the site, and while it reaches no network."""

from django.urls import path

from chatsite.installed import views

app_name = "installed"
urlpatterns = [
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("worker.js", views.worker, name="worker"),
    path("offline/", views.offline, name="offline"),
]
