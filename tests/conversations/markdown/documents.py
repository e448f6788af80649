"""Documents such as models write, made from a seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

WORDS = (  # noqa: SIM905
    "a queue that grows without bound until memory runs out while the consumer waits and nobody "
    "knows why because producers never ask whether there is room for one more item, naïve, 漢字, "
    "مرحبا 👩‍👩‍👧 e.g. v1.2 (see below) — and “so on”, don't snake_case f(x) 3 * 4 < 12 && true $5"
).split()
PYTHON = '''@cache
def f(x: int) -> str:
    """Doc
    string."""
    return f"{x}" * 3  # ok
'''
CODE = {
    "python": PYTHON,
    "ts": "/* a\n   b */\nexport const f = async <T>(x: T): Promise<string> => `${x}`;\n",
    "bash": '$ for f in *.md; do echo "$f" | sed -e s/a/b/; done\n',
    "json": '{"a": [1, 2.5, true, null], "b": {"c": "d"}}\n',
    "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n",
    "": "plain <text> & more\n\n    indented\n",
    "nosuchlanguage": "x = 1\n",
}
FORMULAS = (r"x^2", r"\frac{a}{b}", r"\sum_{i=1}^n i", r"\unknown{x", r"a < b", r"\text{if } x")


def document(seed: int) -> str:
    """A few blocks, as a model might answer."""
    random = Random(seed)
    blocks = [random.choice(BLOCKS)(random) for _ in range(random.randint(1, 3))]
    text = "\n\n".join(blocks)
    if random.random() < 0.3:
        text += f"\n\n[{random.choice(WORDS[:9])}]: https://example.org/late 'Late'\n"
    return text + "\n" * random.randint(0, 2)


def _sentence(random: Random) -> str:
    words = [random.choice(WORDS) for _ in range(random.randint(2, 9))]
    place = random.randrange(len(words))
    words[place] = random.choice(INLINE)(words[place], random)
    return " ".join(words).capitalize() + random.choice(".:!?")


def _paragraph(random: Random) -> str:
    glue = [" ", " ", "\n", "  \n", "\\\n"]
    text = _sentence(random)
    for _ in range(random.randint(0, 2)):
        text += random.choice(glue) + _sentence(random)
    return text


def _items(random: Random) -> str:
    marks: list[Callable[[int], str]] = [
        lambda _: "- ",
        lambda _: "* ",
        lambda number: f"{number}. ",
        lambda number: f"- [{'x' if number % 2 else ' '}] ",
    ]
    mark = random.choice(marks)
    apart = random.choice(["\n", "\n", "\n\n"])
    items = []
    for number in range(1, random.randint(2, 5)):
        item = mark(number) + _sentence(random)
        if random.random() < 0.3:
            item += "\n   - " + _sentence(random) + "\n   - " + _sentence(random)
        if random.random() < 0.15:
            item += "\n\n   " + _code(random).replace("\n", "\n   ")
        items.append(item)
    return apart.join(items)


def _code(random: Random) -> str:
    language = random.choice(list(CODE))
    fence = random.choice(["```", "~~~", "````"])
    return f"{fence}{language}\n{CODE[language] * random.choice([1, 1, 2])}{fence}"


def _table(random: Random) -> str:
    columns = random.randint(1, 4)
    lines = [[random.choice(WORDS) for _ in range(columns)]]
    lines.append([random.choice(["---", ":--", "--:", ":-:"]) for _ in range(columns)])
    for _ in range(random.randint(0, 4)):
        words = [random.choice(WORDS) for _ in range(columns)]
        lines.append([random.choice(INLINE)(word, random) for word in words])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _quote(random: Random) -> str:
    inside = random.choice([_paragraph, _items, _code])(random)
    return "> " + inside.replace("\n", "\n> ")


def _formula(random: Random) -> str:
    formula = random.choice(FORMULAS)
    return random.choice([f"$$\n{formula}\n$$", f"\\[\n{formula}\n\\]", f"$$ {formula} $$"])


def _note(random: Random) -> str:
    label = random.choice(["1", "2", "source"])
    return f"{_sentence(random)}[^{label}]\n\n[^{label}]: {_sentence(random)}"


INLINE: list[Callable[[str, Random], str]] = [
    lambda word, _: f"**{word} bold**",
    lambda word, _: f"*{word}*",
    lambda word, _: f"***{word}***",
    lambda word, _: f"`{word} code`",
    lambda word, _: f"~~{word}~~",
    lambda word, _: f'[{word} *link*](https://example.org/{len(word)}_a(b)?q=1&r=2 "title")',
    lambda word, _: f"![{word}](https://example.org/x.png)",
    lambda word, _: f"[{word}]",
    lambda word, _: f"https://example.org/{len(word)}.",
    lambda _, random: f"${random.choice(FORMULAS)}$",
    lambda _, random: rf"\({random.choice(FORMULAS)}\)",
    lambda word, _: f"{word}[^1]",
    lambda word, _: f"&copy; <b>{word}</b> \\*",
    lambda word, _: word,
]
BLOCKS: list[Callable[[Random], str]] = [
    _paragraph,
    _paragraph,
    _items,
    _code,
    _table,
    _quote,
    _formula,
    _note,
    lambda random: "#" * random.randint(1, 4) + " " + _sentence(random),
    lambda random: _sentence(random) + "\n" + random.choice(["===", "---"]),
    lambda _: "---",
    lambda random: "    " + _sentence(random).replace("\n", "\n    "),
]
