"""Addresses of titles that models give."""

from django.urls import path

from streaming.titles import views

app_name = "titles"
urlpatterns = [
    path("c/<uuid:pk>/suggest-title/", views.suggest, name="suggest"),
    path("c/<uuid:pk>/suggest-title/cancel/", views.cancel, name="cancel"),
]
