"""Addresses of the pages of quotas."""

from django.urls import include, path

from chatsite.quotas import views

patterns = [
    path("people/<int:pk>/quotas/", views.of_person, name="person"),
    path("people/quotas/<str:name>/", views.of_role, name="role"),
]
urlpatterns = [path("", include((patterns, "quotas")))]
