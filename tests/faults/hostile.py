"""Texts that nobody types by accident, made of texts that somebody may type. The same `Random` makes the same texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from bot.commands import COMMANDS
from tests.faults.argument_values import HOSTILE_VALUES, TIME_VALUES

MAX_HOSTILE_CHARS = 60_000  # characters; no platform carries more
REPEAT_COUNTS = (2, 9, 50, 400, 10_000)
ARGUMENT_NAMES = sorted({arg.name for row in COMMANDS for arg in row.arguments})
# What a careless reader of text stumbles over: quotes, colons, digits, words of time, each a thousand times.
BOMB_PIECES = (
    *("in 1 ", "1 ", "next ", "friday ", "to ", " - ", "1:", ":", '"', '""', '" ', "“", "”“", "a:", "note: ", "#", "'"),
    *("the ", "on by until ", "p.m.", "1/", "9am ", "99", "\t", "\n", "\\", "(", "[(", "<", "&", "_", "x-", "a1b2"),
    *("\u0301", "\u200d", "🏳️‍🌈", "İ", "ß", "ﷺ", "\u202e", "\x00", "\ud800", "e\u0301\u0323", "\u1100\u1161", "½", "٣"),
)
INVISIBLE_PIECES = (
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
LOOKALIKE_CHARS = str.maketrans("aceiopsxyABEHKMOPTX0123:#", "асеіорѕхуАВЕНКМОРТХ٠١٢٣：＃")
NOISE_ENCODINGS = (
    ("utf-8", "surrogateescape"),
    ("utf-8", "replace"),
    ("latin-1", "strict"),
    ("utf-16", "surrogatepass"),
)


def make_hostile_text(chance: Random, valid: Sequence[str]) -> str:
    """One of the valid texts after one to four turns for the worse."""
    text = chance.choice(valid)
    for _ in range(chance.randint(1, 4)):
        text = chance.choice(TEXT_MUTATIONS)(chance, text, valid)[:MAX_HOSTILE_CHARS]
    return text


TextMutation = Callable[[Random, str, Sequence[str]], str]


def _random_position(chance: Random, text: str) -> int:
    return chance.randint(0, len(text))


def _insert_at_random(chance: Random, text: str, piece: str) -> str:
    at = _random_position(chance, text)
    return text[:at] + piece + text[at:]


def swap_words(chance: Random, text: str, _valid: Sequence[str]) -> str:
    words = text.split(" ")[:1000]
    chance.shuffle(words)
    return " ".join(words)


def repeat_word(chance: Random, text: str, _valid: Sequence[str]) -> str:
    word = chance.choice(text.split(" "))[:200]
    return _insert_at_random(
        chance, text, f" {word}" * min(chance.choice(REPEAT_COUNTS), MAX_HOSTILE_CHARS // (len(word) + 1))
    )


def shorten_text(chance: Random, text: str, _valid: Sequence[str]) -> str:
    first, last = sorted((_random_position(chance, text), _random_position(chance, text)))
    return text[first:last]


def splice_texts(chance: Random, text: str, valid: Sequence[str]) -> str:
    other = chance.choice(valid)
    return text[: _random_position(chance, text)] + other[_random_position(chance, other) :]


def replace_with_lookalikes(chance: Random, text: str, _valid: Sequence[str]) -> str:
    first, last = sorted((_random_position(chance, text), _random_position(chance, text)))
    return text[:first] + text[first:last].translate(LOOKALIKE_CHARS) + text[last:]


def add_quotes(chance: Random, text: str, _valid: Sequence[str]) -> str:
    for _ in range(chance.randint(1, 5)):
        text = _insert_at_random(chance, text, chance.choice(('"', '""', "“", "”", "„", "'", '" "', '"note: "')))
    return f'"{text}"' if chance.random() < 0.3 else text


def sprinkle_invisible(chance: Random, text: str, _valid: Sequence[str]) -> str:
    for _ in range(chance.randint(1, 6)):
        text = _insert_at_random(chance, text, chance.choice(INVISIBLE_PIECES))
    return text


def insert_argument(chance: Random, text: str, _valid: Sequence[str]) -> str:
    return _insert_at_random(
        chance, text, f" {chance.choice(ARGUMENT_NAMES)}: {chance.choice((*TIME_VALUES, *HOSTILE_VALUES))} "
    )


def insert_bomb(chance: Random, text: str, _valid: Sequence[str]) -> str:
    bomb = chance.choice(BOMB_PIECES)
    return _insert_at_random(chance, text, bomb * min(chance.choice(REPEAT_COUNTS), MAX_HOSTILE_CHARS // len(bomb)))


def stretch_text(_chance: Random, text: str, _valid: Sequence[str]) -> str:
    return (text * (10_000 // len(text) + 1))[:10_000] if text else text


def insert_noise(chance: Random, text: str, _valid: Sequence[str]) -> str:
    encoding, errors = chance.choice(NOISE_ENCODINGS)
    return _insert_at_random(chance, text, chance.randbytes(2 * chance.randint(1, 200)).decode(encoding, errors))


TEXT_MUTATIONS: tuple[TextMutation, ...] = (
    *(swap_words, repeat_word, shorten_text, splice_texts, replace_with_lookalikes, add_quotes),
    *(sprinkle_invisible, insert_argument, insert_bomb, stretch_text, insert_noise),
)
