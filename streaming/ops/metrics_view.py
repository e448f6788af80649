"""`/metrics`: what this process counted, told to trusted peers; for others it is not there."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from streaming import metrics
from streaming.ops.trusted_peers import is_trusted_peer


@login_not_required
@require_safe
def scrape(request: HttpRequest) -> HttpResponse:
    if not is_trusted_peer(request):
        raise Http404
    return HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
