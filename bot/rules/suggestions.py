"""The member's other contacts: how steps are spread over them, and whom to turn to instead. (Rule 4.)"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.model import Attempt, Book, Contact, Plan, Policy, ReplyReceived
from bot.rules.stage import ContactStatus, Stage


class SuggestionReason(StrEnum):
    """Why a contact is suggested, the best reason first."""

    YOUR_TURN = "waits for you"
    SAME_COMPANY = "same company"
    ANSWERED = "answered you before"
    NOT_CONTACTED = "not contacted yet"
    INTRODUCED = "thank for introducing"


@dataclass(frozen=True, slots=True)
class Suggestion:
    contact: Contact
    reason: SuggestionReason


@dataclass(frozen=True, slots=True)
class Basket:
    """How the member's steps (attempts and plans) of the last weeks are spread over their contacts."""

    step_count: int
    #: The contact with the most steps. None: no steps.
    busiest_contact: Contact | None
    busiest_contact_steps: int
    #: Number of contacts with a step or a reply.
    contacts_in_touch: int


def measure_basket(book: Book, now: datetime, policy: Policy) -> Basket:
    """Count the member's steps (attempts and plans) of the last `policy.basket_days` days."""
    since = now - timedelta(days=policy.basket_days)
    steps = Counter(
        {
            contact.id: sum(isinstance(entry, Attempt | Plan) and since < entry.at <= now for entry in contact.entries)
            for contact in book.contacts
        }
    )
    contacts_in_touch = sum(
        any(isinstance(entry, Attempt | Plan | ReplyReceived) and since < entry.at <= now for entry in contact.entries)
        for contact in book.contacts
    )
    [(busiest_id, most_steps)] = steps.most_common(1) or [("", 0)]
    return Basket(steps.total(), book.find_contact(busiest_id) if most_steps else None, most_steps, contacts_in_touch)


SUGGESTABLE_STAGES = {Stage.TO_CONTACT, Stage.YOUR_TURN, Stage.IN_TOUCH}


def find_contact_suggestions(
    statuses: dict[str, ContactStatus], book: Book, about: Contact | None = None, limit: int = 3
) -> tuple[Suggestion, ...]:
    """Return up to `limit` contacts of the book to turn to instead; each reason is used once before any is used twice.

    Contacts who owe an answer, rest or are closed are never suggested, so that nobody is pressed. `statuses` may omit
    contacts who owe an answer.
    """
    candidates = [
        Suggestion(contact, reason)
        for contact in book.contacts
        if (about is None or contact.id != about.id)
        and contact.id in statuses
        and statuses[contact.id].stage in SUGGESTABLE_STAGES
        and (reason := _suggestion_reason(contact, statuses[contact.id], about)) is not None
    ]
    ranked = sorted(candidates, key=lambda suggestion: list(SuggestionReason).index(suggestion.reason))
    first = {suggestion.reason: suggestion for suggestion in reversed(ranked)}
    leaders = [suggestion for suggestion in ranked if first[suggestion.reason] is suggestion]
    return tuple([*leaders, *(suggestion for suggestion in ranked if suggestion not in leaders)][:limit])


def _suggestion_reason(contact: Contact, status: ContactStatus, about: Contact | None) -> SuggestionReason | None:
    is_acquainted = status.thread.has_answered or bool(contact.introducer_id)
    if about and about.introducer_id == contact.id:
        return SuggestionReason.INTRODUCED
    if about and is_acquainted and about.company and contact.company.casefold() == about.company.casefold():
        return SuggestionReason.SAME_COMPANY
    if status.stage is Stage.YOUR_TURN:
        return SuggestionReason.YOUR_TURN
    if status.thread.has_answered:
        return SuggestionReason.ANSWERED
    return SuggestionReason.NOT_CONTACTED if status.stage is Stage.TO_CONTACT else None
