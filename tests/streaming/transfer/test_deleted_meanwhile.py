"""An export whose row is deleted while it is written, as with its account, leaves no file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from conversations.transfer.models import Transfer
from streaming.transfer import files
from streaming.transfer.work import Work
from tests.support import rows

pytestmark = pytest.mark.django_db


def test_its_file_goes_with_it(owner: User, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    holder = rows.worker()
    rows.running(owner, holder, "A long text")
    row = Transfer.objects.create(
        owner=owner,
        kind=Transfer.Kind.EXPORT,
        status=Transfer.Status.WAITING,
        made_at=timezone.now(),
    )
    work = Work(holder.pk)
    assert work.round()
    assert files.part(row.pk).exists()
    Transfer.objects.all().delete()
    while work.round():
        pass
    assert list(files.folder().iterdir()) == []
