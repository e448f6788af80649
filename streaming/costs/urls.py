"""Addresses of what a person's answers used and cost."""

from django.urls import path

from streaming.costs import views

app_name = "costs"
urlpatterns = [
    path("usage/", views.usage, name="usage"),
    path("usage.csv", views.csv_file, name="csv"),
]
