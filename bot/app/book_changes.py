"""What a command makes of a book before it is saved: a new one, its profile, its changes, the last activity. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.app.decision import Decision
from bot.app.undo import build_undo
from bot.domain.calendar import is_time_zone
from bot.domain.messages import Card
from bot.domain.model import MAX_DRAFT_AGE, MAX_HANDLED_EVENT_AGE, Actor, Book, Profile
from bot.rules.context import BookContext

ACTIVITY_NOTE_INTERVAL = timedelta(days=1)  # a command that changes nothing is saved once a day at most


def create_book(actor: Actor, now: datetime) -> Book:
    """The book of a new member."""
    return with_profile(Book(owner=actor.address, created_at=now, last_active_at=now), actor)


def with_profile(book: Book, actor: Actor) -> Book:
    """The book with what the platform now reports about its owner, whose account is open."""
    zone = actor.zone if is_time_zone(actor.zone) else book.profile.zone
    likely = actor.likely_zone if is_time_zone(actor.likely_zone) else book.profile.likely_zone
    profile = Profile(zone, actor.language or book.profile.language, likely_zone=likely)
    return book if profile == book.profile else replace(book, profile=profile)


def apply_decision(context: BookContext, decision: Decision) -> Book:
    """The book to save: with the decision, the data for its undo, and the time of the activity."""
    before, shows_card = context.book, isinstance(decision.response, Card)
    if decision.book is None:
        after = replace(before, undo=None) if decision.club else before
        return _with_activity(before, after, context.now, shows_card=shows_card)
    after = _with_change_times(before, decision.book, context.now)
    if decision.is_final or decision.club:
        # A change of the club is final, and undo must not take back an earlier change instead.
        after = replace(after, undo=None)
    elif undo := build_undo(before, after, decision.command):
        after = replace(after, undo=replace(undo, id=context.new_entry_id()))
    return _with_activity(before, after, context.now, shows_card=shows_card)


def _with_change_times(before: Book, after: Book, now: datetime) -> Book:
    """Set `changed_at` of the contacts that changed."""
    old = {contact.id: contact for contact in before.contacts}
    contacts = tuple(
        contact if old.get(contact.id) is contact else replace(contact, changed_at=now) for contact in after.contacts
    )
    return replace(after, contacts=contacts)


def without_expired_records(book: Book, now: datetime) -> Book:
    drafts = tuple(draft for draft in book.drafts if now - draft.created_at < MAX_DRAFT_AGE)
    handled = tuple(event for event in book.handled_events if now - event[1] < MAX_HANDLED_EVENT_AGE)
    return replace(book, drafts=drafts, handled_events=handled)


def _with_activity(before: Book, after: Book, now: datetime, *, shows_card: bool) -> Book:
    """Any command or press answers the reminders that asked, and resumes a bot that had gone quiet.

    `shows_card`: the response is a card, which says that messages did not arrive; after that they are tried again.
    """
    awaits_answer = any(not sent.was_answered for sent in after.sent_reminders)
    if not awaits_answer and not after.quiet_since and not after.unreachable_reason:
        is_recent_look = after == before and now - before.last_active_at < ACTIVITY_NOTE_INTERVAL
        return after if is_recent_look else replace(after, last_active_at=now)
    refusal = after.unreachable_reason if not shows_card else ""
    resumes = after.quiet_since or (after.unreachable_reason and not refusal)
    return replace(
        after,
        last_active_at=now,
        sent_reminders=tuple(replace(sent, was_answered=True) for sent in after.sent_reminders),
        quiet_since=None,
        unreachable_reason=refusal,
        reminders_resumed_at=now if resumes else after.reminders_resumed_at,
    )
