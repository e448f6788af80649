"""Addresses of the pages of providers."""

from django.urls import path

from streaming.catalog import views as pages
from streaming.catalog.use.views import use

app_name = "providers"
urlpatterns = [
    path("providers/", pages.index, name="list"),
    path("providers/add/", pages.add, name="add"),
    path("providers/default/", pages.default, name="default"),
    path("providers/demo/", pages.demo, name="demo"),
    path("providers/<path:slug>/test/", pages.test, name="test"),
    path("providers/<path:slug>/use/", use, name="use"),
    path("providers/<str:slug>/", pages.edit, name="edit"),
    path("providers/<str:slug>/switch/", pages.switch, name="switch"),
    path("providers/<str:slug>/models/", pages.models, name="models"),
    path("providers/<str:slug>/delete/", pages.delete, name="delete"),
]
