"""Addresses of system prompt, parameters and presets."""

from django.urls import path

from streaming.parameters import defaults, views

app_name = "parameters"
urlpatterns = [
    path("parameters/", views.of_new, name="of-new"),
    path("c/<uuid:pk>/parameters/", views.of_conversation, name="of-conversation"),
    path("parameters/defaults/", defaults.of_person, name="of-person"),
    path("projects/<int:pk>/instructions/", defaults.of_project, name="of-project"),
    path("presets/", views.presets_page, name="presets"),
    path("presets/<uuid:key>/", views.change_preset, name="change-preset"),
]
