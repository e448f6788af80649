"""Addresses of shares: choosing, all of one's own, and what their links lead to."""

from django.urls import path

from streaming.sharing import page, views

app_name = "sharing"
urlpatterns = [
    path("c/<uuid:pk>/share/", views.share, name="share"),
    path("shares/", views.shares_page, name="list"),
    path("s/<str:token>/", page.read, name="read"),
    path("s/<str:token>/copy/", views.copy, name="copy"),
]
