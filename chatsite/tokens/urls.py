"""The address of a person's access tokens."""

from django.urls import path

from chatsite.tokens import views

app_name = "tokens"
urlpatterns = [path("settings/tokens/", views.page, name="page")]
