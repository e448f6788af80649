"""The languages that code is coloured in, by the names people give them in a fence.

A list of our own, because a fence's language is text from outside: every lexer here has been
tried with hostile code, none is looked up among plugins, and all can be loaded beforehand.
"""

from functools import cache, lru_cache

from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name

NAMES = frozenset(
    {
        "Bash",
        "Bash Session",
        "Batchfile",
        "C",
        "C#",
        "C++",
        "CMake",
        "CSS",
        "Clojure",
        "Dart",
        "Diff",
        "Docker",
        "Elixir",
        "Erlang",
        "F#",
        "Fish",
        "Fortran",
        "Go",
        "GraphQL",
        "Groovy",
        "HTML",
        "Haskell",
        "INI",
        "JSON",
        "Java",
        "JavaScript",
        "Julia",
        "Kotlin",
        "Lua",
        "Makefile",
        "Matlab",
        "Nginx configuration file",
        "Nix",
        "OCaml",
        "Objective-C",
        "PHP",
        "Perl",
        "PostgreSQL SQL dialect",
        "PowerShell",
        "Protocol Buffer",
        "Python",
        "Python console session",
        "Ruby",
        "Rust",
        "S",
        "SCSS",
        "SQL",
        "Scala",
        "Solidity",
        "Swift",
        "TOML",
        "TeX",
        "Terraform",
        "TypeScript",
        "XML",
        "YAML",
        "Zig",
    }
)
OTHER_NAMES = {"cs": "csharp", "dockerfile": "docker", "jsx": "js", "jsonc": "json", "tsx": "ts"}


# What answers are full of. Loading a lexer takes longer than colouring a page.
COMMON = "bash c c++ css go html java json python rust sql ts yaml"


def prepare() -> None:
    """Load the lexers of the most common languages now rather than in an answer."""
    for language in COMMON.split():
        lexer = lexer_for(language)
        if lexer is not None:
            list(lexer.get_tokens_unprocessed("x"))


def lexer_for(language: str) -> Lexer | None:
    """The lexer of a language; None when it is not on the list."""
    alias = language.lower()
    alias = OTHER_NAMES.get(alias, alias)
    return _lexer(alias) if alias in _aliases() else None


@cache
def _aliases() -> frozenset[str]:
    every = get_all_lexers(plugins=False)
    return frozenset(alias for name, names, _, _ in every if name in NAMES for alias in names)


@lru_cache(maxsize=256)
def _lexer(alias: str) -> Lexer:
    return get_lexer_by_name(alias, stripnl=False, ensurenl=False)
