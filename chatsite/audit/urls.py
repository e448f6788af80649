"""The address of the log of acts."""

from django.urls import include, path

from chatsite.audit import views

urlpatterns = [path("people/log/", include(([path("", views.index, name="log")], "audit")))]
