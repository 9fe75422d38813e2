"""What must not stand in a text that others will read: a contact's name, a number, a link. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from bot.club.name_detection import find_name_spans
from bot.domain.model import Contact


class PrivacyRisk(StrEnum):
    """Why a text is shown back before it goes anywhere, the gravest first."""

    CONTACT_NAME = "contact"  # one of the writer's own contacts is named: never posted
    PHONE_NUMBER = "number"
    LINK = "link"
    PERSON_NAME = "person"  # it may be somebody's name


# A run of digits as telephones have them, however it is grouped.
_PHONE_NUMBER_PATTERN = re.compile(r"(?<![\w/])\+?\d(?:[\s().\-/]{0,2}\d){6,}(?!\w)")
_POSTED_LINK_PATTERN = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]{2,}\.(?:com|org|net|io|de|uk|co|me|app|dev|info)\b",
    re.IGNORECASE,
)
# Days and years have as many digits as telephones.
_HARMLESS_DATE_PATTERN = re.compile(
    r"(?<![\w.\-/+])(?:(?:19|20)\d\d([\-/.])[01]?\d\1[0-3]?\d|[0-3]?\d([\-/.])\s?[01]?\d\2\s?(?:19|20)\d\d"
    r"|(?:19|20)\d\d\s?[\-–/]\s?(?:19|20)\d\d)(?!\w|[.\-/]\d)"
)
_TITLED_NAME_PATTERN = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mx|Dr|Prof|Herr|Frau)\.?\s+[^\W\d_a-z]\w+|\b(?:named|called)\s+[^\W\d_a-z]\w+"
)
_CAPITALIZED_PAIR_PATTERN = re.compile(r"(?<=[a-z,;:(“\"] )[^\W\d_a-z][^\W\d_A-Z]+\s+[^\W\d_a-z][^\W\d_A-Z]+\b")


def find_privacy_risk(text: str, contacts: Sequence[Contact], company: str = "") -> PrivacyRisk | None:
    """The gravest reason not to post this as it is. `company`: words that are no person's."""
    if find_exposed_contacts(text, contacts):
        return PrivacyRisk.CONTACT_NAME
    if _PHONE_NUMBER_PATTERN.search(_HARMLESS_DATE_PATTERN.sub("day", text)):
        return PrivacyRisk.PHONE_NUMBER
    if _POSTED_LINK_PATTERN.search(text):
        return PrivacyRisk.LINK
    found = [one[0] for pattern in (_TITLED_NAME_PATTERN, _CAPITALIZED_PAIR_PATTERN) for one in pattern.finditer(text)]
    return PrivacyRisk.PERSON_NAME if any(one.casefold() not in company.casefold() for one in found) else None


def find_exposed_contacts(text: str, contacts: Sequence[Contact]) -> list[Contact]:
    """The contacts that a text names, by any word of their names that is no common word there."""
    return [contact for contact in contacts if find_name_spans(text, contact.name)]


def redact_contact_names(text: str, contacts: Sequence[Contact], replacement: str) -> str:
    """The text with these contacts' names replaced, so that none is named, and with all its other words."""
    for one in contacts:
        for start, end in reversed(find_name_spans(text, one.name)):
            text = text[:start] + replacement + text[end:]
    # A small letter may be all that tells a common word from a name.
    tried = (text[:1].upper() + text[1:], text)
    return next((one for one in tried if not find_exposed_contacts(one, contacts)), "")
