"""Addresses of what is kept."""

from django.urls import path

from conversations import views

app_name = "conversations"
urlpatterns = [
    path("", views.new, name="new"),
    path("c/<uuid:pk>/", views.open_, name="open"),
    path("c/<uuid:pk>/rename/", views.rename, name="rename"),
    path("c/<uuid:pk>/delete/", views.delete, name="delete"),
]
