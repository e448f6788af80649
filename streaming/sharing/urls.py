"""Addresses of shares: choosing, all of one's own, and what their links lead to."""

from django.urls import path

from streaming.sharing import page, shared_files, views

app_name = "sharing"
urlpatterns = [
    path("c/<uuid:pk>/share/", views.share, name="share"),
    path("shares/", views.shares_page, name="list"),
    path("s/<str:token>/", page.read, name="read"),
    path("s/<str:token>/copy/", views.copy, name="copy"),
    path("s/<str:token>/f/<uuid:pk>/", shared_files.show, name="file"),
    path("s/<str:token>/f/<uuid:pk>/thumbnail/", shared_files.thumbnail, name="thumbnail"),
]
