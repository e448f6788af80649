"""Addresses of what is alive: a generation by its own number, an answer by its message's."""

from django.urls import include, path

from streaming import views
from streaming.details import download
from streaming.details import views as details

app_name = "streaming"
urlpatterns = [
    path("send/", views.send, name="send"),
    path("g/<int:pk>/stop/", views.stop, name="stop"),
    path("m/<int:pk>/resume/", views.resume, name="resume"),
    path("m/<int:pk>/undo-resume/", views.undo_resume, name="undo-resume"),
    path("m/<int:pk>/regenerate/", views.regenerate, name="regenerate"),
    path("m/<int:pk>/retry/", views.retry, name="retry"),
    path("m/<int:pk>/show/", views.show, name="show"),
    path("m/<int:pk>/source/", download.source, name="source"),
    path("m/<int:pk>/answer.md", download.file, name="file"),
    path("m/<int:pk>/details/", details.show, name="details"),
    path("g/<int:pk>/recording/", details.recording, name="recording"),
    path("standing/", views.standing, name="list-standing"),
    path("c/<uuid:pk>/standing/", views.standing, name="standing"),
    path("c/<uuid:pk>/seen/", views.see, name="seen"),
    path("", include("streaming.queue.urls")),
    path("c/<uuid:pk>/record/", details.record, name="record"),
]
