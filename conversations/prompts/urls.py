"""Addresses of saved prompts."""

from django.urls import path

from conversations.prompts import use_views, views

app_name = "prompts"
urlpatterns = [
    path("prompts/", views.index, name="list"),
    path("prompts/new/", views.new, name="new"),
    path("prompts/import/", views.import_, name="import"),
    path("prompts/export/", views.export, name="export"),
    path("prompts/menu/", use_views.menu, name="menu"),
    path("prompts/<int:pk>/", views.edit, name="edit"),
    path("prompts/<int:pk>/delete/", views.delete, name="delete"),
    path("prompts/<int:pk>/restore/", views.restore, name="restore"),
    path("prompts/<int:pk>/file/", use_views.file, name="file"),
    path("prompts/<int:pk>/use/", use_views.use, name="use"),
]
