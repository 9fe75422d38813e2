"""Normalize words about time to one spelling each, so that the parsers need to know only that one."""

from __future__ import annotations

import re

from bot.text.sanitize import sanitize_line

WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

_NUMBER_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SPELLINGS = {
    **{name[:3]: name for name in (*WEEKDAY_NAMES, *MONTH_NAMES)},
    **dict.fromkeys(("tmrw", "tmr", "tomorow", "tommorow", "tommorrow"), "tomorrow"),
    **dict.fromkeys(("business", "work"), "working"),
    **{word: str(number) for number, word in enumerate(_NUMBER_WORDS, start=2)},
    "tues": "tuesday",
    "weds": "wednesday",
    "thur": "thursday",
    "thurs": "thursday",
    "sept": "september",
    "eom": "end of month",
    "eow": "end of week",
    "midday": "noon",
}
_LETTERS = re.compile(r"[^\W\d_]+")
_REWRITE_RULES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
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
        # "today, Tue 24 Nov" is a form that our own texts use.
        (r"^(?:today|tomorrow|yesterday)\s+(?=[a-z]+day \d)", ""),
    )
)
_LEADING_PREPOSITIONS = re.compile(r"^(?:(?:on|by|until|till|til|the|due)(?: |$))+")


def normalize_time_words(text: str) -> str:
    """Return the text in lower case, with abbreviations written out, small numbers as digits, and single spaces."""
    words = _LETTERS.sub(lambda word: _SPELLINGS.get(word[0], word[0]), sanitize_line(text).casefold())
    for pattern, replacement in _REWRITE_RULES:
        words = pattern.sub(replacement, words)
    return " ".join(words.split())


def strip_prepositions(text: str) -> str:
    """Return the text without leading prepositions and articles, such as "by" and "the"."""
    return _LEADING_PREPOSITIONS.sub("", text).strip()
