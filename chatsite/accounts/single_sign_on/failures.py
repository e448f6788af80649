"""Why a sign-in by the provider did not happen: what the person reads, what the operator does."""

from __future__ import annotations

from chatsite import sentences


class SignOnFailed(Exception):
    """`sentence` is for the person; `reason`, for the log, names no secret.

    NotYours     the sign-in was not begun here, took too long, or came a second time
    TurnedAway   the provider let nobody in
    Unreachable  the provider cannot be asked
    NotTrusted   what it sent does not hold
    NotAdmitted  a person who may not come in
    """

    status = 400
    sentence = sentences.SIGN_ON_NOT_BEGUN

    def __init__(self, reason: str, sentence: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        if sentence is not None:
            self.sentence = sentence


class NotYours(SignOnFailed):
    pass


class TurnedAway(SignOnFailed):
    status = 403
    sentence = sentences.SIGN_ON_TURNED_AWAY


class Unreachable(SignOnFailed):
    status = 502
    sentence = sentences.SIGN_ON_UNREACHABLE


class NotTrusted(SignOnFailed):
    status = 502
    sentence = sentences.SIGN_ON_NOT_TRUSTED


class NotAdmitted(SignOnFailed):
    status = 403
    sentence = sentences.SIGN_ON_NO_GROUP
