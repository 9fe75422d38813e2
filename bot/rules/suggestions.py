"""The member's other people: the basket, and who else there is. (Rule 4.)"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.model import Attempt, Book, Outreach, Plan, Policy, Reply
from bot.rules.stage import Stage, Standing


class Reason(StrEnum):
    """Why this person is named, the best reason first."""

    YOUR_TURN = "waits for you"
    SAME_COMPANY = "same company"
    ANSWERED = "answered you before"
    NOT_CONTACTED = "not contacted yet"
    INTRODUCED = "thank for introducing"


@dataclass(frozen=True, slots=True)
class Suggestion:
    contact: Outreach
    reason: Reason


@dataclass(frozen=True, slots=True)
class Basket:
    """The spread of the last weeks' steps over people. `most`: the person with the most steps."""

    steps: int
    most: Outreach | None
    most_steps: int
    in_touch: int


def basket(book: Book, now: datetime, policy: Policy) -> Basket:
    """The member's steps (attempts and plans) of the last `policy.basket_window` days."""
    since = now - timedelta(days=policy.basket_window)
    steps = Counter(
        {
            one.id: sum(isinstance(entry, Attempt | Plan) and since < entry.at <= now for entry in one.entries)
            for one in book.contacts
        }
    )
    touched = sum(
        any(isinstance(entry, Attempt | Plan | Reply) and since < entry.at <= now for entry in one.entries)
        for one in book.contacts
    )
    [(most, most_steps)] = steps.most_common(1) or [("", 0)]
    return Basket(steps.total(), book.contact(most) if most_steps else None, most_steps, touched)


OPEN_TO_A_STEP = {Stage.TO_CONTACT, Stage.YOUR_TURN, Stage.IN_TOUCH}


def others(
    standings: dict[str, Standing], book: Book, about: Outreach | None = None, limit: int = 3
) -> tuple[Suggestion, ...]:
    """Up to `limit` people of the member's own network to turn to instead, each reason once before any twice.

    Nobody who is waited for, resting or closed is named: turning to someone else must not press anyone. So `standings`
    may leave out those who are waited for.
    """
    found = [
        Suggestion(one, reason)
        for one in book.contacts
        if (about is None or one.id != about.id)
        and one.id in standings
        and standings[one.id].stage in OPEN_TO_A_STEP
        and (reason := _reason(one, standings[one.id], about)) is not None
    ]
    ranked = sorted(found, key=lambda one: list(Reason).index(one.reason))
    first = {one.reason: one for one in reversed(ranked)}
    leaders = [one for one in ranked if first[one.reason] is one]
    return tuple([*leaders, *(one for one in ranked if one not in leaders)][:limit])


def _reason(one: Outreach, stands: Standing, about: Outreach | None) -> Reason | None:
    knows = stands.thread.answered or bool(one.via)
    if about and about.via == one.id:
        return Reason.INTRODUCED
    if about and knows and about.company and one.company.casefold() == about.company.casefold():
        return Reason.SAME_COMPANY
    if stands.stage is Stage.YOUR_TURN:
        return Reason.YOUR_TURN
    if stands.thread.answered:
        return Reason.ANSWERED
    return Reason.NOT_CONTACTED if stands.stage is Stage.TO_CONTACT else None
