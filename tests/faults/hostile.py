"""Texts that nobody types by accident, made of texts that somebody may type. The same `Random` makes the same texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from bot.commands import COMMANDS
from tests.faults.words import HOSTILE, TIMES

LONGEST = 60_000  # characters; no platform carries more
MANY = (2, 9, 50, 400, 10_000)
NAMES = sorted({arg.name for row in COMMANDS for arg in row.arguments})
# What a careless reader of text stumbles over: quotes, colons, digits, words of time, each a thousand times.
BOMBS = (
    *("in 1 ", "1 ", "next ", "friday ", "to ", " - ", "1:", ":", '"', '""', '" ', "“", "”“", "a:", "note: ", "#", "'"),
    *("the ", "on by until ", "p.m.", "1/", "9am ", "99", "\t", "\n", "\\", "(", "[(", "<", "&", "_", "x-", "a1b2"),
    *("\u0301", "\u200d", "🏳️‍🌈", "İ", "ß", "ﷺ", "\u202e", "\x00", "\ud800", "e\u0301\u0323", "\u1100\u1161", "½", "٣"),
)
UNSEEN = (
    *(
        "\x00",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "\u200b",
        "\u200d",
        "\u2028",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\ufff9",
        "\ufdd0",
    ),
    *("\ud800", "\udfff", "\udc80", "\U000e0041", "\u3164", "\u00ad", "\u034f", "e" + "\u0301" * 40, "\u0489" * 9),
)
# Letters that look like Latin ones.
ALIKE = str.maketrans("aceiopsxyABEHKMOPTX0123:#", "асеіорѕхуАВЕНКМОРТХ٠١٢٣：＃")
ENCODINGS = (("utf-8", "surrogateescape"), ("utf-8", "replace"), ("latin-1", "strict"), ("utf-16", "surrogatepass"))


def hostile(chance: Random, valid: Sequence[str]) -> str:
    """One of the valid texts after one to four turns for the worse."""
    text = chance.choice(valid)
    for _ in range(chance.randint(1, 4)):
        text = chance.choice(TURNS)(chance, text, valid)[:LONGEST]
    return text


Turn = Callable[[Random, str, Sequence[str]], str]


def _place(chance: Random, text: str) -> int:
    return chance.randint(0, len(text))


def _into(chance: Random, text: str, piece: str) -> str:
    at = _place(chance, text)
    return text[:at] + piece + text[at:]


def swapped(chance: Random, text: str, _valid: Sequence[str]) -> str:
    words = text.split(" ")[:1000]
    chance.shuffle(words)
    return " ".join(words)


def repeated(chance: Random, text: str, _valid: Sequence[str]) -> str:
    word = chance.choice(text.split(" "))[:200]
    return _into(chance, text, f" {word}" * min(chance.choice(MANY), LONGEST // (len(word) + 1)))


def shortened(chance: Random, text: str, _valid: Sequence[str]) -> str:
    first, last = sorted((_place(chance, text), _place(chance, text)))
    return text[first:last]


def spliced(chance: Random, text: str, valid: Sequence[str]) -> str:
    other = chance.choice(valid)
    return text[: _place(chance, text)] + other[_place(chance, other) :]


def lookalike(chance: Random, text: str, _valid: Sequence[str]) -> str:
    first, last = sorted((_place(chance, text), _place(chance, text)))
    return text[:first] + text[first:last].translate(ALIKE) + text[last:]


def quoted(chance: Random, text: str, _valid: Sequence[str]) -> str:
    for _ in range(chance.randint(1, 5)):
        text = _into(chance, text, chance.choice(('"', '""', "“", "”", "„", "'", '" "', '"note: "')))
    return f'"{text}"' if chance.random() < 0.3 else text


def sprinkled(chance: Random, text: str, _valid: Sequence[str]) -> str:
    for _ in range(chance.randint(1, 6)):
        text = _into(chance, text, chance.choice(UNSEEN))
    return text


def named(chance: Random, text: str, _valid: Sequence[str]) -> str:
    return _into(chance, text, f" {chance.choice(NAMES)}: {chance.choice((*TIMES, *HOSTILE))} ")


def bombed(chance: Random, text: str, _valid: Sequence[str]) -> str:
    bomb = chance.choice(BOMBS)
    return _into(chance, text, bomb * min(chance.choice(MANY), LONGEST // len(bomb)))


def stretched(_chance: Random, text: str, _valid: Sequence[str]) -> str:
    return (text * (10_000 // len(text) + 1))[:10_000] if text else text


def noise(chance: Random, text: str, _valid: Sequence[str]) -> str:
    encoding, errors = chance.choice(ENCODINGS)
    return _into(chance, text, chance.randbytes(2 * chance.randint(1, 200)).decode(encoding, errors))


TURNS: tuple[Turn, ...] = (
    *(swapped, repeated, shortened, spliced, lookalike, quoted),
    *(sprinkled, named, bombed, stretched, noise),
)
