"""A file as a form brings it: the same bytes, however often the form is sent."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile


class SameFile(SimpleUploadedFile):
    def read(self, *arguments: Any) -> bytes:
        self.seek(0)
        data: bytes = super().read(*arguments)
        return data


NOTE = SameFile("note.txt", b"Two rooms")
