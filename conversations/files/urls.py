"""Addresses of files."""

from django.urls import path

from conversations.files import of_project, views

app_name = "files"
urlpatterns = [
    path("f/<uuid:pk>/", views.show, name="show"),
    path("f/<uuid:pk>/thumbnail/", views.thumbnail, name="thumbnail"),
    path("f/<uuid:pk>/discard/", views.discard, name="discard"),
    path("f/<uuid:key>/part/", views.part, name="part"),
    path("files/kept/", views.kept, name="kept"),
    path("projects/<int:pk>/files/", of_project.files, name="project"),
]
