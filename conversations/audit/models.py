"""The rows of the log, which can be written once and read."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

NAME_CHARACTERS = 150
THING_CHARACTERS = 200
VALUE_CHARACTERS = 500


class Unchangeable(TypeError):
    """What is in the log stays as it is; see `keeping` for what is too old."""


class Acts(models.QuerySet["Act"]):
    """Reads. The ways to change or delete that Django offers are closed."""

    def update(self, **_: Any) -> NoReturn:
        raise Unchangeable

    def delete(self) -> NoReturn:
        raise Unchangeable

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        raise Unchangeable


class Act(models.Model):
    """`who` did `what` to the account of `whom` or to a `thing`; "" where there is none.

    Names are as they were; the numbers tell people of one name apart. No foreign key: an account
    that is deleted leaves what it did here. `key` is that of the form, which counts once.
    A trigger of the database refuses changes, and deletion before `kept_until`.
    """

    at = models.DateTimeField()
    kept_until = models.DateTimeField(db_index=True)
    who = models.CharField(max_length=NAME_CHARACTERS, blank=True)
    who_number = models.BigIntegerField(null=True)
    what = models.CharField(max_length=32)
    whom = models.CharField(max_length=NAME_CHARACTERS, blank=True)
    whom_number = models.BigIntegerField(null=True)
    thing = models.CharField(max_length=THING_CHARACTERS, blank=True)
    before = models.CharField(max_length=VALUE_CHARACTERS, blank=True)
    after = models.CharField(max_length=VALUE_CHARACTERS, blank=True)
    key = models.UUIDField(null=True, unique=True)

    objects = Acts.as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = (
            models.Index(fields=["who", "-id"], name="acts_of_a_person"),
            models.Index(fields=["whom", "-id"], name="acts_on_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.what}"

    def save(self, *args: Any, **named: Any) -> None:
        if not self._state.adding:
            raise Unchangeable
        super().save(*args, **(named | {"force_insert": True}))

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise Unchangeable
