"""Scripts and style sheets of a page are joined when they are collected; no part knows of it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from chatsite.delivery.static_files import join
from tests import ROOT

FILES = {
    "pages/one.css": """/* All, in order. */
@import "../css/base/first.css";
@import "../css/print.css" print and (color);
""",
    "css/base/first.css": '/* Not "told". */\na { background: url("../../img/a.svg") }\n'
    "b { mask: url(b.svg), url(#inner), url(/static/c.svg) }",
    "css/print.css": "p { color: black }",
    "pages/one.js": '// In order.\n\nimport "../js/listen.js";\nimport "../js/tell.js";\n',
    "js/listen.js": '// Why.\n/** How. */\nconst name = 1; // gone\nconst text = "; // a text";',
    "js/tell.js": "const name = 2;",
}


def joined(entry: str, **changed: str) -> str:
    files = FILES | {path.replace("__", "/") + ".js": source for path, source in changed.items()}
    return join(entry, files.__getitem__)


def test_style_sheets_come_in_their_order_and_find_their_pictures() -> None:
    assert joined("pages/one.css").splitlines() == [
        'a{background:url("../img/a.svg")}'
        'b{mask:url("../css/base/b.svg"), url(#inner), url(/static/c.svg)}',
        "@media print and (color) {",
        "p{color:black}",
        "}",
    ]


def test_each_script_has_a_block_of_its_own() -> None:
    source = joined("pages/one.js")
    assert source.index("const b=1;") < source.index("const a=2;")
    assert source.count("try {\n") == source.count("\n} catch (error) {") == 2
    assert '= "; // a text";\n}' in source
    assert "Why." not in source
    assert "How." not in source
    assert "gone" not in source


def test_a_page_of_older_messages_has_nothing_that_others_lack() -> None:
    past, chat = (
        (ROOT / f"static/pages/{name}.js").read_text("utf-8") for name in ("find", "chat")
    )
    imports = [line for line in past.splitlines() if line.startswith("import")]
    assert imports
    assert not [line for line in imports if line not in chat.splitlines()]


@pytest.mark.parametrize(
    "source",
    [
        'import { a } from "./b.js";',
        "export const a = 1;",
        'await import("./b.js");',
        "x(import.meta)",
    ],
)
def test_a_script_of_a_graph_is_refused(source: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"js/tell\.js is joined with others"):
        joined("pages/one.js", js__tell=source)


def test_an_entry_that_does_more_than_import_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"pages/one\.js may import files and nothing"):
        joined("pages/one.js", pages__one='import "../js/tell.js";\nstart();')


def collect(folder: Path, settings: Any) -> dict[str, str]:
    settings.STATIC_ROOT = folder
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "chatsite.delivery.static_files.JoiningStorage"}
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    names: dict[str, str] = json.loads((folder / "staticfiles.json").read_text())["paths"]
    return names


def test_collected_entries_are_hashed_and_compressed_and_collecting_again_changes_nothing(
    tmp_path: Path, settings: Any
) -> None:
    names = collect(tmp_path, settings)
    entries = sorted(path.name for path in (ROOT / "static/pages").iterdir())
    assert sorted(name[6:] for name in names if name.startswith("pages/")) == entries
    for entry in entries:
        served = tmp_path / names[f"pages/{entry}"]
        whole = served.read_text()
        assert "import" not in whole.replace("important", "")
        assert (
            gzip.decompress(served.with_name(f"{served.name}.gz").read_bytes())
            == served.read_bytes()
        )
        assert served.with_name(f"{served.name}.br").stat().st_size < len(whole) / (
            3 if len(whole) > 8_000 else 2
        )
    assert collect(tmp_path, settings) == names
