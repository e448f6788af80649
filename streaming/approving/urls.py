"""Addresses of decisions about a call: by the message of its answer, and its number there."""

from django.urls import path

from streaming.approving import views

app_name = "approving"
urlpatterns = [
    path("m/<int:pk>/calls/<int:number>/approve/", views.approve, name="approve"),
    path("m/<int:pk>/calls/<int:number>/approve-here/", views.approve_here, name="approve-here"),
    path(
        "m/<int:pk>/calls/<int:number>/approve-always/", views.approve_always, name="approve-always"
    ),
    path("m/<int:pk>/calls/<int:number>/refuse/", views.refuse, name="refuse"),
    path("m/<int:pk>/calls/<int:number>/stop/", views.stop, name="stop"),
]
