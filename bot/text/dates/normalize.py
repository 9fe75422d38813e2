"""One spelling for each thing that people write about time, so that the readers need to know only one."""

from __future__ import annotations

import re

from bot.text.sanitize import clean

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SHORT = {
    **{name[:3]: name for name in (*WEEKDAYS, *MONTHS)},
    **dict.fromkeys(("tmrw", "tmr", "tomorow", "tommorow", "tommorrow"), "tomorrow"),
    **dict.fromkeys(("business", "work"), "working"),
    **{word: str(number) for number, word in enumerate(_NUMBERS, start=2)},
    "tues": "tuesday",
    "weds": "wednesday",
    "thur": "thursday",
    "thurs": "thursday",
    "sept": "september",
    "eom": "end of month",
    "eow": "end of week",
    "midday": "noon",
}
_WORD = re.compile(r"[^\W\d_]+")
_REWRITTEN = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"[‐-―]", "-"),
        (r",", " "),
        (r"([ap])\.\s?m\b\.?", r"\1m"),
        (r"(?<=\d)t(?=\d\d:)", " "),
        (r"\b(?:half an hour|half hour|1/2 hour)\b", "30 min"),
        (r"\b(?:an?|one)(?= (?:min|hour|day|week|working|month|year))", "1"),
        (r"\bworkday", "working day"),
        (r"\btonight\b", "today evening"),
        (r"\blast night\b", "yesterday evening"),
        (r"\bthis (?=morning\b|afternoon\b|evening\b)", "today "),
        (r"\bin the (?=morning\b|afternoon\b|evening\b)", ""),
        (r"\bat night\b", "evening"),
        (r"\b12 (?=noon\b|midnight\b)", ""),
        (r"\b(?:right|just) now\b", "now"),
        (r"(?<=\bend of )(?:the|this) ", ""),
        # "today, Tue 24 Nov" is how we say it ourselves.
        (r"^(?:today|tomorrow|yesterday)\s+(?=[a-z]+day \d)", ""),
    )
)
_LEADING = re.compile(r"^(?:(?:on|by|until|till|til|the|due)(?: |$))+")


def plain(text: str) -> str:
    """Lower case, whole words for short ones, digits for small numbers, single spaces."""
    words = _WORD.sub(lambda word: _SHORT.get(word[0], word[0]), clean(text).casefold())
    for pattern, said in _REWRITTEN:
        words = pattern.sub(said, words)
    return " ".join(words.split())


def bare(text: str) -> str:
    """Without the prepositions in front."""
    return _LEADING.sub("", text).strip()
