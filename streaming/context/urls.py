"""Addresses of the gauge, of making room, and of taking that back."""

from django.urls import path

from streaming.context import views

app_name = "context"
urlpatterns = [
    path("files/weight/", views.weight, name="weight"),
    path("c/<uuid:pk>/gauge/", views.shown, name="gauge"),
    path("c/<uuid:pk>/room/", views.room, name="room"),
    path("m/<int:pk>/send-all/", views.take_back, name="take-back"),
]
