"""Addresses of imports and exports."""

from django.urls import path

from streaming.transfer.incoming import views as import_views
from streaming.transfer.outgoing import views as export_views

app_name = "transfer"
urlpatterns = [
    path("import/", import_views.index, name="import"),
    path("import/begin/", import_views.begin, name="begin"),
    path("import/<uuid:pk>/part/", import_views.part, name="part"),
    path("import/<uuid:pk>/", import_views.show, name="show"),
    path("export/", export_views.everything, name="everything"),
    path("export/make/", export_views.make, name="make"),
    path("export/<uuid:pk>.zip", export_views.file, name="file"),
    path("c/<uuid:pk>/export/", export_views.files_of, name="files"),
    path("c/<uuid:pk>/export.<str:kind>", export_views.conversation, name="conversation"),
]
