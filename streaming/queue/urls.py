"""The address of a prompt in line: below its conversation, by its key."""

from django.urls import path

from streaming.queue import views

urlpatterns = [path("c/<uuid:pk>/queue/<uuid:key>/", views.act, name="queued")]
