"""Addresses of the trash, of what leads there, and of temporary conversations."""

from django.urls import path

from streaming.trash import many_views, views

app_name = "trash"
urlpatterns = [
    path("trash/", views.trash, name="list"),
    path("trash/empty/", views.empty, name="empty"),
    path("trash/delete-many/", many_views.delete, name="delete-many"),
    path("trash/delete-all/", many_views.delete_all, name="delete-all"),
    path("trash/restore-many/", many_views.restore, name="restore-many"),
    path("trash/<int:pk>/restore/", views.restore, name="restore"),
    path("trash/<int:pk>/delete-for-good/", views.delete_for_good, name="delete-for-good"),
    path("c/<uuid:pk>/delete/", views.delete_conversation, name="delete-conversation"),
    path("c/<uuid:pk>/keep/", views.keep, name="keep"),
    path("m/<int:pk>/delete/", views.delete_message, name="delete-message"),
]
