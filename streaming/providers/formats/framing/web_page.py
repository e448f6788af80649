"""The beginning of a web page that came instead of frames, or after them."""

_MOST = 16 * 1024
_ENOUGH = (b"</title>", b"<body", b"</html>", b"</error>")


class WebPage:
    """`add` takes a line and returns the text, or None until the title or enough else has come."""

    def __init__(self) -> None:
        self._content = bytearray()
        self._text: str | None = None

    def add(self, line: bytes) -> str | None:
        self._content += line[:_MOST] + b"\n"
        content = self._content.lower()
        if len(content) > _MOST or any(mark in content for mark in _ENOUGH):
            return self.end()
        return self._text

    def end(self) -> str:
        """Nothing more comes, or has to."""
        if self._text is None:
            self._text = self._content.decode("utf-8", "replace")
        return self._text
