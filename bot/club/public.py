"""What must not stand in a text that others will read: a contact's name, a number, a link. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from bot import names
from bot.model import Outreach


class Worry(StrEnum):
    """Why a text is shown back before it goes anywhere, the gravest first."""

    CONTACT = "contact"  # one of the writer's own contacts is named: never posted
    NUMBER = "number"
    LINK = "link"
    PERSON = "person"  # it may be somebody's name


# A run of digits as telephones have them, however it is grouped.
_NUMBER = re.compile(r"(?<![\w/])\+?\d(?:[\s().\-/]{0,2}\d){6,}(?!\w)")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]{2,}\.(?:com|org|net|io|de|uk|co|me|app|dev|info)\b",
    re.IGNORECASE,
)
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")  # Thai, Lao, Japanese, Chinese
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Mx|Dr|Prof|Herr|Frau)\.?\s+[^\W\d_a-z]\w+|\b(?:named|called)\s+[^\W\d_a-z]\w+")
_PAIR = re.compile(r"(?<=[a-z,;:(“\"] )[^\W\d_a-z][^\W\d_A-Z]+\s+[^\W\d_a-z][^\W\d_A-Z]+\b")


def worry(text: str, contacts: Sequence[Outreach], company: str = "") -> Worry | None:
    """The gravest reason not to post this as it is. `company`: words that are no person's."""
    if named(text, contacts):
        return Worry.CONTACT
    if _NUMBER.search(text):
        return Worry.NUMBER
    if _LINK.search(text):
        return Worry.LINK
    found = [one[0] for pattern in (_TITLE, _PAIR) for one in pattern.finditer(text)]
    return Worry.PERSON if any(one.casefold() not in company.casefold() for one in found) else None


def named(text: str, contacts: Sequence[Outreach]) -> list[Outreach]:
    """The contacts that a text names, by any word of their names that is no common word there."""
    return [one for one in contacts if _names(text, one)]


def _names(text: str, one: Outreach) -> bool:
    return bool(names.mentioned(text, [one])) or _inside(text, one.name)


def _inside(text: str, name: str) -> bool:
    """Where words stand side by side without blanks, a name counts anywhere."""
    return bool(_UNSPACED.search(name)) and len(name) > 1 and names.fold(name) in names.fold(text)


def without_names(text: str, contacts: Sequence[Outreach], instead: str) -> str:
    """The text with every word of these contacts' names replaced, until none is named."""
    for one in named(text, contacts):
        for part in sorted({one.name, *one.name.split()}, key=len, reverse=True):
            if len(part) > 1:
                around = "" if _UNSPACED.search(part) else r"\b"
                text = re.sub(f"{around}{re.escape(part)}{around}", instead, text, flags=re.IGNORECASE)
    return text[:1].upper() + text[1:] if not named(text, contacts) else ""
