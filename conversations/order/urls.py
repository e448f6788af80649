"""Addresses of the order in which conversations are kept."""

from django.urls import path

from conversations.order import project_views, views

app_name = "order"
urlpatterns = [
    path("archive/", views.archive, name="archive"),
    path("order/", views.change_many, name="change-many"),
    path("order/move/", views.move, name="move"),
    path("c/<uuid:pk>/order/", views.change, name="change"),
    path("projects/", project_views.make, name="make-project"),
    path("projects/<int:pk>/", views.project, name="project"),
    path("projects/<int:pk>/rename/", project_views.rename, name="rename-project"),
    path("projects/<int:pk>/delete/", project_views.delete, name="delete-project"),
]
