"""The member's other people: the basket, and who else there is. (Rule 4.)"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.model import Attempt, Book, Contact, Plan, Policy, ReplyReceived
from bot.rules.stage import ContactStatus, Stage


class SuggestionReason(StrEnum):
    """Why this person is named, the best reason first."""

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
    """The spread of the last weeks' steps over people. `most`: the person with the most steps."""

    step_count: int
    busiest_contact: Contact | None
    busiest_contact_steps: int
    contacts_in_touch: int


def measure_basket(book: Book, now: datetime, policy: Policy) -> Basket:
    """The member's steps (attempts and plans) of the last `policy.basket_window` days."""
    since = now - timedelta(days=policy.basket_days)
    steps = Counter(
        {
            contact.id: sum(isinstance(entry, Attempt | Plan) and since < entry.at <= now for entry in contact.entries)
            for contact in book.contacts
        }
    )
    touched = sum(
        any(isinstance(entry, Attempt | Plan | ReplyReceived) and since < entry.at <= now for entry in contact.entries)
        for contact in book.contacts
    )
    [(most, most_steps)] = steps.most_common(1) or [("", 0)]
    return Basket(steps.total(), book.find_contact(most) if most_steps else None, most_steps, touched)


SUGGESTABLE_STAGES = {Stage.TO_CONTACT, Stage.YOUR_TURN, Stage.IN_TOUCH}


def find_contact_suggestions(
    statuses: dict[str, ContactStatus], book: Book, about: Contact | None = None, limit: int = 3
) -> tuple[Suggestion, ...]:
    """Up to `limit` people of the member's own network to turn to instead, each reason once before any twice.

    Nobody who is waited for, resting or closed is named: turning to someone else must not press anyone. So `standings`
    may leave out those who are waited for.
    """
    found = [
        Suggestion(contact, reason)
        for contact in book.contacts
        if (about is None or contact.id != about.id)
        and contact.id in statuses
        and statuses[contact.id].stage in SUGGESTABLE_STAGES
        and (reason := _suggestion_reason(contact, statuses[contact.id], about)) is not None
    ]
    ranked = sorted(found, key=lambda one: list(SuggestionReason).index(one.reason))
    first = {one.reason: one for one in reversed(ranked)}
    leaders = [one for one in ranked if first[one.reason] is one]
    return tuple([*leaders, *(one for one in ranked if one not in leaders)][:limit])


def _suggestion_reason(contact: Contact, status: ContactStatus, about: Contact | None) -> SuggestionReason | None:
    knows = status.thread.has_answered or bool(contact.introducer_id)
    if about and about.introducer_id == contact.id:
        return SuggestionReason.INTRODUCED
    if about and knows and about.company and contact.company.casefold() == about.company.casefold():
        return SuggestionReason.SAME_COMPANY
    if status.stage is Stage.YOUR_TURN:
        return SuggestionReason.YOUR_TURN
    if status.thread.has_answered:
        return SuggestionReason.ANSWERED
    return SuggestionReason.NOT_CONTACTED if status.stage is Stage.TO_CONTACT else None
