"""The command line that people type and buttons carry: `first words name: value name: "value: quoted"`.

Pure grammar, which knows no commands. A value runs to the next argument name of the command followed by a colon;
every other colon is text. Double quotes, straight or curly, protect names inside them; around a whole value they
are taken off, and there a doubled straight quote stands for one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher, get_close_matches

from bot.domain.errors import DuplicateArgument, UnclosedQuote, UnknownArgument

MAX_BUTTON_LINE_CHARS = 97  # Discord's custom_id holds 100 characters; three are our prefix

_ARGUMENT_NAME = r"(?<!\S)(?P<name>[^\W\d_][\w-]*):"
# A quote opens where a word begins: the one in `6" pipe` is an inch, and an apostrophe is never a quote.
_NAME_OR_QUOTE = re.compile(rf'{_ARGUMENT_NAME}|(?<![^\s:(\[])(?P<quote>["“”„])')
# Possessive, so that a doubled quote is never read as a close and a new opening. Phones mix curly and straight.
_QUOTED_VALUE = re.compile(r'"(?P<straight>(?:[^"]|"")*+)"|[“„”](?P<curly>[^“”"]*+)[“”"]')
# A word is looked at once, from its beginning: a long one would be looked at from each of its letters.
_NEEDS_QUOTES = re.compile(r'["“”„]|(?<![\w-])[\w-]++:|^\s|\s$|^$')

_MIN_SUGGESTION_RATIO = 0.6  # near enough to be suggested
_MIN_MISSPELLING_RATIO = 0.83  # near enough to be a slip of the finger even inside free text: one letter in six
_MIN_MISSPELLING_CHARS = 5  # "not:" and "rolle:" stay text in a note


def split_arguments(text: str, names: Sequence[str], free_text_names: Collection[str] = ()) -> list[tuple[str, str]]:
    """The arguments of a line, as (name, value) in the order typed; the words before the first name have the name "".

    `names` are the command's arguments, the first being the one that may go without its name; `free` are those
    that hold free text. Raises UnclosedQuote, DuplicateArgument, UnknownArgument (with no command in it).
    """
    known = {name.casefold(): name for name in names}
    pairs = [("", "")]
    start = 0
    for mark in _find_argument_names(text):
        name = known.get(mark["name"].casefold())
        if name is None:
            _reject_unknown_argument(mark, pairs[-1][0] or next(iter(names), ""), names, free_text_names)
            continue
        pairs[-1] = (pairs[-1][0], _unquote_value(text[start : mark.start()]))
        pairs.append((name, ""))
        start = mark.end()
    pairs[-1] = (pairs[-1][0], _unquote_value(text[start:]))
    return _unique_arguments(pairs, names)


def to_command_line(command: str, /, **values: str) -> str:
    """A line that `split` reads back exactly, for a button. Raises ValueError above 97 characters."""
    if sum(map(len, values.values())) > MAX_BUTTON_LINE_CHARS:
        raise ValueError(f"a button's line holds {MAX_BUTTON_LINE_CHARS} characters")
    line = " ".join([command, *(f"{name}: {_quote_value(value)}" for name, value in values.items())])
    if len(line) > MAX_BUTTON_LINE_CHARS:
        raise ValueError(f"a button's line holds {MAX_BUTTON_LINE_CHARS} characters: {line}")
    return line


def find_nearest_word(typed: str, known_words: Collection[str]) -> str:
    """The name that looks most like what was typed, or "" when none does."""
    return next(iter(get_close_matches(typed.casefold(), known_words, n=1, cutoff=_MIN_SUGGESTION_RATIO)), "")


def _find_argument_names(text: str) -> Iterator[re.Match[str]]:
    """Every word that stands before a colon outside quotes."""
    at = 0
    while found := _NAME_OR_QUOTE.search(text, at):
        at = found.end()
        if found["name"]:
            yield found
        else:
            at = _quote_end(text, found.start())


def _quote_end(text: str, start: int) -> int:
    """Where the text goes on after the quote that opens at `start`."""
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
    found: re.Match[str], current_argument: str, names: Sequence[str], free_text_names: Collection[str]
) -> None:
    """Raises UnknownArgument when the word was meant as a name; `inside` is the argument that it stands in."""
    after = found.string[found.end() : found.end() + 1]
    if after and not after.isspace():
        return
    typed = found["name"]
    close = find_nearest_word(typed, names)
    if current_argument not in free_text_names or _is_misspelling(typed.casefold(), close):
        raise UnknownArgument("", typed, close)


def _is_misspelling(typed: str, name: str) -> bool:
    return len(name) >= _MIN_MISSPELLING_CHARS and SequenceMatcher(None, typed, name).ratio() >= _MIN_MISSPELLING_RATIO


def _unique_arguments(pairs: list[tuple[str, str]], names: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs, without an empty first part. The unnamed part and the first argument are the same thing."""
    said = [(name, value) for name, value in pairs if name or value]
    seen: set[str] = set()
    for name, _ in said:
        argument = name or next(iter(names), "")
        if argument in seen:
            raise DuplicateArgument(argument)
        seen.add(argument)
    return said
