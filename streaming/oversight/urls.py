"""Addresses of the page of everybody's use."""

from django.urls import include, path

from streaming.oversight import views

patterns = [
    path("people/usage/", views.usage, name="usage"),
    path("people/usage/<int:pk>/stop/", views.stop, name="stop"),
]
urlpatterns = [path("", include((patterns, "oversight")))]
