"""Grammar of the command line that people type and buttons carry: `first words name: value name: "value: quoted"`.

It knows no commands; callers pass the argument names. A value ends where the next argument name with a colon begins;
every other colon is text. Inside double quotes, straight or curly, names are text. Quotes around a whole value are
removed, and a doubled straight quote inside them becomes a single quote.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher, get_close_matches

from bot.domain.errors import DuplicateArgument, UnclosedQuote, UnknownArgument

MAX_BUTTON_LINE_CHARS = 97  # Discord's custom_id holds 100 characters; our prefix takes three

_ARGUMENT_NAME = r"(?<!\S)(?P<name>[^\W\d_][\w-]*):"
# A quote opens only where a word begins: in `6" pipe` it is an inch sign. An apostrophe is never a quote.
_NAME_OR_QUOTE = re.compile(rf'{_ARGUMENT_NAME}|(?<![^\s:(\[])(?P<quote>["“”„])')
# Possessive, so that a doubled quote is never read as a close and a new opening. Phones mix curly and straight.
_QUOTED_VALUE = re.compile(r'"(?P<straight>(?:[^"]|"")*+)"|[“„”](?P<curly>[^“”"]*+)[“”"]')
# Look-behind and possessive match: without them a long word is tried again from each of its letters.
_NEEDS_QUOTES = re.compile(r'["“”„]|(?<![\w-])[\w-]++:|^\s|\s$|^$')

_MIN_SUGGESTION_RATIO = 0.6  # similar enough to suggest
_MIN_MISSPELLING_RATIO = 0.83  # a typing error even inside free text: one wrong letter in six
_MIN_MISSPELLING_CHARS = 5  # "not:" and "rolle:" stay text in a note


def split_arguments(text: str, names: Sequence[str], free_text_names: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return the arguments of a line as (name, value) in typed order; text before the first name has the name "".

    `names` are the command's arguments; the first may be given without its name. An unknown name in a value of
    `free_text_names` is text, unless it looks like a misspelled argument. Raises UnclosedQuote, DuplicateArgument
    and UnknownArgument (its `command` is empty).
    """
    known = {name.casefold(): name for name in names}
    pairs = [("", "")]
    value_start = 0
    for match in _find_argument_names(text):
        name = known.get(match["name"].casefold())
        if name is None:
            _reject_unknown_argument(match, pairs[-1][0] or next(iter(names), ""), names, free_text_names)
            continue
        pairs[-1] = (pairs[-1][0], _unquote_value(text[value_start : match.start()]))
        pairs.append((name, ""))
        value_start = match.end()
    pairs[-1] = (pairs[-1][0], _unquote_value(text[value_start:]))
    return _unique_arguments(pairs, names)


def to_command_line(command: str, /, **values: str) -> str:
    """Build a button's line, which `split_arguments` parses back to the same values.

    Raises ValueError for more than 97 characters.
    """
    if sum(map(len, values.values())) > MAX_BUTTON_LINE_CHARS:
        raise ValueError(f"a button's line holds {MAX_BUTTON_LINE_CHARS} characters")
    line = " ".join([command, *(f"{name}: {_quote_value(value)}" for name, value in values.items())])
    if len(line) > MAX_BUTTON_LINE_CHARS:
        raise ValueError(f"a button's line holds {MAX_BUTTON_LINE_CHARS} characters: {line}")
    return line


def find_nearest_word(typed: str, known_words: Collection[str]) -> str:
    """Return the known word most similar to `typed`, or "" if none is similar enough."""
    return next(iter(get_close_matches(typed.casefold(), known_words, n=1, cutoff=_MIN_SUGGESTION_RATIO)), "")


def _find_argument_names(text: str) -> Iterator[re.Match[str]]:
    """Yield every word outside quotes that is followed by a colon. Raises UnclosedQuote."""
    position = 0
    while match := _NAME_OR_QUOTE.search(text, position):
        position = match.end()
        if match["name"]:
            yield match
        else:
            position = _quote_end(text, match.start())


def _quote_end(text: str, start: int) -> int:
    """Return the index after the quoted text that opens at `start`. Raises UnclosedQuote."""
    quoted = _QUOTED_VALUE.match(text, start)
    if quoted is None:
        raise UnclosedQuote(text[start : start + 40])
    return quoted.end()


def _unquote_value(raw: str) -> str:
    value = raw.strip()
    quoted = _QUOTED_VALUE.fullmatch(value)
    if quoted is None:
        return value
    straight = quoted["straight"]
    return str(quoted["curly"]) if straight is None else straight.replace('""', '"')


def _quote_value(value: str) -> str:
    if not _NEEDS_QUOTES.search(value):
        return value
    return '"' + value.replace('"', '""') + '"'


def _reject_unknown_argument(
    match: re.Match[str], current_argument: str, names: Sequence[str], free_text_names: Collection[str]
) -> None:
    """Raise UnknownArgument if the word was meant as an argument name.

    `current_argument` is the argument whose value contains the word.
    """
    next_char = match.string[match.end() : match.end() + 1]
    if next_char and not next_char.isspace():
        return
    typed = match["name"]
    nearest = find_nearest_word(typed, names)
    if current_argument not in free_text_names or _is_misspelling(typed.casefold(), nearest):
        raise UnknownArgument("", typed, nearest)


def _is_misspelling(typed: str, name: str) -> bool:
    return len(name) >= _MIN_MISSPELLING_CHARS and SequenceMatcher(None, typed, name).ratio() >= _MIN_MISSPELLING_RATIO


def _unique_arguments(pairs: list[tuple[str, str]], names: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs without an empty unnamed part. Raises DuplicateArgument.

    The unnamed part counts as the first argument.
    """
    present = [(name, value) for name, value in pairs if name or value]
    seen: set[str] = set()
    for name, _ in present:
        argument = name or next(iter(names), "")
        if argument in seen:
            raise DuplicateArgument(argument)
        seen.add(argument)
    return present
