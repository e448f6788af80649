"""Addresses of what changes a message that was written."""

from django.urls import path

from streaming.editing import views

app_name = "editing"
urlpatterns = [
    path("m/<int:pk>/edit/", views.edit, name="edit"),
    path("g/<int:pk>/undo-edit/", views.undo_edit, name="undo-edit"),
    path("m/<int:pk>/branch/", views.branch, name="branch"),
    path("m/<int:pk>/regenerate-with/", views.regenerate_with, name="regenerate-with"),
]
