"""Words on the page name only what there is."""

from tests import ROOT

SPOKEN = (*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/**/*.js"))
SENTENCES = (
    ROOT / "chatsite/sentences.py",
    ROOT / "conversations/sentences.py",
    *(ROOT / "streaming/error_messages").glob("*.py"),
)


def test_no_page_is_called_settings_before_there_is_one() -> None:
    files = [*SPOKEN, *SENTENCES]
    assert len(files) > 40
    assert [str(file) for file in files if "Settings" in file.read_text("utf-8")] == []
