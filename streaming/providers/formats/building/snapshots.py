"""Texts that repeat an answer: closing pieces, done events, snapshots, whole messages."""

from streaming.providers.formats.building.deduplication import new_in, rest_of
from streaming.providers.formats.building.end_report import DIFFERS
from streaming.providers.formats.building.event_builder import EventBuilder
from streaming.providers.formats.building.text_limit import Channel
from streaming.providers.formats.json_values import clean


class Snapshots:
    """Says of a text only what it has beyond the pieces that came before it."""

    __slots__ = ("_builder",)

    def __init__(self, builder: EventBuilder) -> None:
        self._builder = builder

    def piece(self, channel: Channel, text: str, *, closes: bool) -> None:
        """The next piece of a channel; a closing one may hold all of it again."""
        before = str(self._builder.texts[channel]) if closes else ""
        self._builder.say(channel, new_in(text, [before] if before else [], closes=closes))

    def whole(self, channel: Channel, text: str, *, is_piece: bool = False) -> None:
        """All of a channel once more. `is_piece`: a text that differs is the next piece."""
        if not text:
            return
        if is_piece and rest_of(clean(text), str(self._builder.texts[channel])) is None:
            self._builder.say(channel, text)
        else:
            self._compare(channel, clean(text))

    def _compare(self, channel: Channel, text: str) -> None:
        builder, before = self._builder, self._builder.texts[channel]
        rest = rest_of(text, str(before), cut=builder.cut is not None)
        if rest is None and self._fills_hole(channel, text):
            builder.queue.take_back(channel)
            rest = rest_of(text, str(before))
        if rest is None:
            builder.report.note(DIFFERS)
            return
        if channel == "text":
            builder.close_hole()
        builder.say(channel, rest)

    def _fills_hole(self, channel: Channel, text: str) -> bool:
        queue = self._builder.queue
        return queue.has_hole and text.startswith(queue.text_before_hole(channel))
