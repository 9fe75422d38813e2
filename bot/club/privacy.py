"""What must not stand in a text that others will read: a contact's name, a number, a link. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from bot.club.name_detection import spans
from bot.domain.model import Outreach


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
# Days and years have as many digits as telephones.
_DATE = re.compile(
    r"(?<![\w.\-/+])(?:(?:19|20)\d\d([\-/.])[01]?\d\1[0-3]?\d|[0-3]?\d([\-/.])\s?[01]?\d\2\s?(?:19|20)\d\d"
    r"|(?:19|20)\d\d\s?[\-–/]\s?(?:19|20)\d\d)(?!\w|[.\-/]\d)"
)
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Mx|Dr|Prof|Herr|Frau)\.?\s+[^\W\d_a-z]\w+|\b(?:named|called)\s+[^\W\d_a-z]\w+")
_PAIR = re.compile(r"(?<=[a-z,;:(“\"] )[^\W\d_a-z][^\W\d_A-Z]+\s+[^\W\d_a-z][^\W\d_A-Z]+\b")


def worry(text: str, contacts: Sequence[Outreach], company: str = "") -> Worry | None:
    """The gravest reason not to post this as it is. `company`: words that are no person's."""
    if named(text, contacts):
        return Worry.CONTACT
    if _NUMBER.search(_DATE.sub("day", text)):
        return Worry.NUMBER
    if _LINK.search(text):
        return Worry.LINK
    found = [one[0] for pattern in (_TITLE, _PAIR) for one in pattern.finditer(text)]
    return Worry.PERSON if any(one.casefold() not in company.casefold() for one in found) else None


def named(text: str, contacts: Sequence[Outreach]) -> list[Outreach]:
    """The contacts that a text names, by any word of their names that is no common word there."""
    return [one for one in contacts if spans(text, one.name)]


def without_names(text: str, contacts: Sequence[Outreach], instead: str) -> str:
    """The text with these contacts' names replaced, so that none is named, and with all its other words."""
    for one in contacts:
        for start, end in reversed(spans(text, one.name)):
            text = text[:start] + instead + text[end:]
    # A small letter may be all that tells a common word from a name.
    tried = (text[:1].upper() + text[1:], text)
    return next((one for one in tried if not named(one, contacts)), "")
