"""Checks a text that others will read for contacts' names, phone numbers and links. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from bot.club.name_detection import find_name_spans
from bot.domain.model import Contact


class PrivacyRisk(StrEnum):
    """Why a text is shown back to its author before it is posted, the gravest first."""

    CONTACT_NAME = "contact"  # names one of the author's own contacts: never posted
    PHONE_NUMBER = "number"
    LINK = "link"
    PERSON_NAME = "person"  # possibly a person's name


# Seven digits or more, however they are grouped.
_PHONE_NUMBER_PATTERN = re.compile(r"(?<![\w/])\+?\d(?:[\s().\-/]{0,2}\d){6,}(?!\w)")
_POSTED_LINK_PATTERN = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]{2,}\.(?:com|org|net|io|de|uk|co|me|app|dev|info)\b",
    re.IGNORECASE,
)
# Dates and ranges of years may have as many digits as phone numbers.
_HARMLESS_DATE_PATTERN = re.compile(
    r"(?<![\w.\-/+])(?:(?:19|20)\d\d([\-/.])[01]?\d\1[0-3]?\d|[0-3]?\d([\-/.])\s?[01]?\d\2\s?(?:19|20)\d\d"
    r"|(?:19|20)\d\d\s?[\-–/]\s?(?:19|20)\d\d)(?!\w|[.\-/]\d)"
)
_TITLED_NAME_PATTERN = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mx|Dr|Prof|Herr|Frau)\.?\s+[^\W\d_a-z]\w+|\b(?:named|called)\s+[^\W\d_a-z]\w+"
)
_CAPITALIZED_PAIR_PATTERN = re.compile(r"(?<=[a-z,;:(“\"] )[^\W\d_a-z][^\W\d_A-Z]+\s+[^\W\d_a-z][^\W\d_A-Z]+\b")


def find_privacy_risk(text: str, contacts: Sequence[Contact], company: str = "") -> PrivacyRisk | None:
    """The gravest risk of posting this text, or None. Words in `company` do not count as a person's name."""
    if find_exposed_contacts(text, contacts):
        return PrivacyRisk.CONTACT_NAME
    if _PHONE_NUMBER_PATTERN.search(_HARMLESS_DATE_PATTERN.sub("day", text)):
        return PrivacyRisk.PHONE_NUMBER
    if _POSTED_LINK_PATTERN.search(text):
        return PrivacyRisk.LINK
    possible_names = [
        match[0] for pattern in (_TITLED_NAME_PATTERN, _CAPITALIZED_PAIR_PATTERN) for match in pattern.finditer(text)
    ]
    return (
        PrivacyRisk.PERSON_NAME if any(name.casefold() not in company.casefold() for name in possible_names) else None
    )


def find_exposed_contacts(text: str, contacts: Sequence[Contact]) -> list[Contact]:
    """The contacts whose name, or any word of it that is not a common word, is in the text."""
    return [contact for contact in contacts if find_name_spans(text, contact.name)]


def redact_contact_names(text: str, contacts: Sequence[Contact], replacement: str) -> str:
    """The text with these contacts' names replaced. Empty if a contact would still be recognised in it."""
    for contact in contacts:
        for start, end in reversed(find_name_spans(text, contact.name)):
            text = text[:start] + replacement + text[end:]
    # In lower case a word may be a common word, and capitalised a name.
    candidates = (text[:1].upper() + text[1:], text)
    return next((candidate for candidate in candidates if not find_exposed_contacts(candidate, contacts)), "")
