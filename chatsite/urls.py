"""All addresses of the site."""

from django.urls import include, path

from conversations.sign_in.links import enter
from streaming.ops.health import healthz, readyz
from streaming.ops.metrics_view import scrape

urlpatterns = [
    path("", include("conversations.urls")),
    path("", include("conversations.keyboard.urls")),
    path("", include("conversations.order.urls")),
    path("", include("conversations.prompts.urls")),
    path("", include("conversations.files.urls")),
    path("", include("streaming.urls")),
    path("", include("streaming.editing.urls")),
    path("", include("streaming.approving.urls")),
    path("", include("streaming.parameters.urls")),
    path("", include("streaming.catalog.urls")),
    path("", include("streaming.catalog.own_keys.urls")),
    path("", include("streaming.picker.urls")),
    path("", include("streaming.context.urls")),
    path("", include("streaming.trash.urls")),
    path("", include("streaming.titles.urls")),
    path("", include("streaming.tools.pages.urls")),
    path("", include("streaming.transfer.urls")),
    path("", include("streaming.costs.urls")),
    path("", include("streaming.oversight.urls")),
    path("", include("streaming.sharing.urls")),
    path("", include("streaming.api.urls")),
    path("enter/<str:token>/", enter, name="enter"),
    path("", include("chatsite.accounts.urls")),
    path("", include("chatsite.audit.urls")),
    path("", include("chatsite.quotas.urls")),
    path("", include("chatsite.tokens.urls")),
    path("", include("chatsite.preferences.urls")),
    path("", include("chatsite.installed.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", scrape, name="metrics"),
]

handler400 = "chatsite.refusals.bad_request"
handler403 = "chatsite.refusals.forbidden"
handler404 = "chatsite.refusals.not_found"
handler500 = "chatsite.refusals.server_error"
