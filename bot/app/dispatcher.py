"""Runs an invocation: loads the book, decides, saves once, responds. A card says “saved” only once that is durable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain

import structlog

from bot.app.club_scope import find_club_in_scope, needs_club, parse_or_none
from bot.app.decision import Decision, with_assumed_zone_note, with_unreachable_note
from bot.app.invocation import decide, parse_erase_request, repeated_event_response
from bot.club.member_messages import with_club_holding_data
from bot.club.membership import without_membership
from bot.commands.parser import Invocation
from bot.delivery.club_sync import erase_from_clubs, sync_book_with_clubs
from bot.delivery.club_sync import save_club_with_wake as save_club
from bot.domain.calendar import is_time_zone
from bot.domain.errors import BookDamaged, Conflict, StoreError, StoreTooNew, StoreUnavailable
from bot.domain.messages import Card, Form, Response
from bot.domain.model import (
    MAX_DRAFT_AGE,
    MAX_HANDLED_EVENT_AGE,
    Actor,
    Book,
    Club,
    ClubKey,
    Contact,
    HostDefaults,
    Profile,
    Undo,
)
from bot.domain.ports import Messenger, Store
from bot.faults import report_fault
from bot.rules.context import BookContext
from bot.rules.member_clock import member_language
from bot.rules.schedule import wake_after_change
from bot.text.i18n import set_language
from bot.views import member, trouble
from bot.views.buttons import undo_button
from bot.views.phrases import with_reader_preferences

log = structlog.get_logger()

MAX_HANDLED_EVENTS = 500  # of one member
MAX_DECISION_TRIES = 5  # on a conflict, another change was saved first: the command is decided again
ACTIVITY_NOTE_INTERVAL = timedelta(days=1)  # a command that changes nothing is saved once a day at most


DecisionFunction = Callable[[BookContext, Callable[[], Invocation]], Decision]
"""How an invocation is decided on one member's book."""


@dataclass(frozen=True, slots=True)
class Dispatcher:
    store: Store
    defaults: HostDefaults
    new_id: Callable[[int], str]
    messengers: Mapping[str, Messenger] = field(default_factory=dict)

    async def run(
        self,
        actor: Actor,
        parse_input: Callable[[], Invocation],
        now: datetime,
        *,
        event_id: str = "",
        decide_with: DecisionFunction = decide,
    ) -> Response:
        """The response to one input. `event_id` is the platform's id of it: a repeated event has no second effect."""
        set_language(actor.language)
        try:
            return await self._run_with_retries(actor, parse_input, now, event_id, decide_with)
        except StoreUnavailable:
            log.error("store_unavailable")
            return trouble.book_not_saved_card()
        except BookDamaged:
            log.error("book_damaged")
            return await self._handle_damaged_book(actor, parse_input, now)
        except Exception as error:
            return trouble.internal_error_card(report_fault(error))

    async def _run_with_retries(
        self,
        actor: Actor,
        parse_input: Callable[[], Invocation],
        now: datetime,
        event_id: str,
        decide_with: DecisionFunction,
    ) -> Response:
        created_at: datetime | None = None  # `created_at` of the book that the first try loaded
        for _attempt in range(MAX_DECISION_TRIES):
            loaded = await self.store.load_book(actor.address)
            if created_at is not None and (loaded is None or loaded.created_at != created_at):
                # Erased meanwhile: an earlier command must not create the book again.
                return trouble.book_not_saved_card()
            created_at = loaded.created_at if loaded else None
            stored = loaded or create_book(actor, now)
            book = _without_expired_records(with_profile(stored, actor), now)
            set_language(member_language(book))
            context = await self._with_club_in_scope(
                BookContext(book, now, self.defaults, self.new_id, actor), parse_input
            )
            if event_id and any(seen == event_id for seen, _at in book.handled_events):
                return repeated_event_response(context, parse_input)
            decision = decide_with(context, parse_input)
            try:
                with_notes = with_unreachable_note(context, with_assumed_zone_note(context, decision))
                after = await self._save_decision(context, with_notes, event_id, stored)
            except Conflict:
                continue
            except StoreUnavailable:
                if not decision.has_changes:
                    # Only the time of the activity is lost: members can read while the disk is full.
                    return decision.response
                raise
            return _present_response(with_notes.response, after, after.undo if after.undo != book.undo else None)
        return trouble.book_busy_card()

    async def _with_club_in_scope(self, context: BookContext, parse_input: Callable[[], Invocation]) -> BookContext:
        """Add the club that the invocation needs. One that cannot be read does not block the member's own book."""
        invocation = parse_or_none(parse_input)
        key = find_club_in_scope(context, invocation) if invocation and needs_club(invocation) else None
        if key and not await self._is_in_workspace(context, key):
            # A member who was removed from the server is out of its club: the command reaches nobody.
            return replace(context, book=without_membership(context.book, key))
        try:
            return replace(context, club=await self.store.load_club(key) if key else None)
        except (BookDamaged, StoreTooNew):
            log.error("club_unreadable")
            return replace(context, club_unreadable=True)

    async def _is_in_workspace(self, context: BookContext, club_key: ClubKey) -> bool:
        """A member who speaks in the club's workspace is in it; in private the platform is asked."""
        if context.actor and context.actor.club == club_key:
            return True
        messenger = self.messengers.get(club_key.platform)
        return messenger is None or await messenger.is_in_workspace(context.book.owner, club_key)

    async def _handle_damaged_book(
        self, actor: Actor, parse_input: Callable[[], Invocation], now: datetime
    ) -> Response:
        """A book that cannot be read can still be erased by its owner."""
        request = parse_erase_request(parse_input)
        if request is None:
            return trouble.book_unreadable_card()
        if request.values.get("sure") != "yes":
            return member.confirm_forget_card(None)
        # The clubs with the member's data are listed in the book, which cannot be read: erase from all.
        async for club in self.store.all_clubs():
            await erase_from_clubs(self.store, None, actor.address, club.key, now)
        await self.store.erase(actor.address)
        return member.data_erased_card(whole_book=True)

    async def _save_club_holding_data(self, stored: Book, club: Club) -> Book:
        """Record in the book, before anything else, that the club has the member's data: erasure will find it."""
        known = with_club_holding_data(stored, club.key)
        return stored if known == stored else await self.store.save_book(known)

    async def _apply_club_updates(self, book: Book, now: datetime) -> Book:
        """Apply pending club updates now. On a store error they stay pending, and the next sweep retries them."""
        try:
            return await sync_book_with_clubs(self.store, book, now, self.defaults)
        except StoreError:
            return book

    async def _save_decision(self, context: BookContext, decision: Decision, event_id: str, stored: Book) -> Book:
        """Save the decision durably and return the book after it. `stored`: the book as the store has it."""
        if decision.erase_book:
            await erase_from_clubs(
                self.store, stored, context.book.owner, context.actor.club if context.actor else None, context.now
            )
            await self.store.erase(context.book.owner)
            return replace(context.book, undo=None)
        after = apply_decision(context, decision)
        if decision.club:
            known = await self._save_club_holding_data(stored, decision.club)
            after = replace(after, version=known.version, clubs_with_my_data=known.clubs_with_my_data)
            # Saved before the book, which records the event as handled: a club's change can be repeated without effect.
            await save_club(self.store, decision.club, context.now)
        elif after == stored:
            return after
        if event_id:
            after = replace(
                after, handled_events=(*after.handled_events[1 - MAX_HANDLED_EVENTS :], (event_id, context.now))
            )
        saved = await self.store.save_book(
            replace(after, wake_at=wake_after_change(stored, after, context.now, self.defaults))
        )
        if saved.pending_club_updates:
            saved = await self._apply_club_updates(saved, context.now)
        # Saved once more after an erasure: the previous generation must not keep what was erased.
        return await self.store.save_book(saved) if decision.scrub_previous else saved


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


def _present_response(response: Response, book: Book, undo: Undo | None) -> Response:
    """The response in its reader's preferences, with its undo button."""
    return with_reader_preferences(_with_undo_button(response, undo), book)


def _with_undo_button(response: Response, undo: Undo | None) -> Response:
    """Make [Undo] take back only the change that it is shown under; remove it where nothing was changed."""
    if isinstance(response, Form):
        return response
    bare, undo_buttons = undo_button(), (undo_button(undo.id),) if undo else ()
    buttons = [undo_buttons if button == bare else (button,) for button in response.buttons]
    return replace(response, buttons=tuple(chain.from_iterable(buttons)))


def _with_change_times(before: Book, after: Book, now: datetime) -> Book:
    """Set `changed_at` of the contacts that changed."""
    old = {contact.id: contact for contact in before.contacts}
    contacts = tuple(
        contact if old.get(contact.id) is contact else replace(contact, changed_at=now) for contact in after.contacts
    )
    return replace(after, contacts=contacts)


def build_undo(before: Book, after: Book, command: str) -> Undo | None:
    """What this change replaced, or None when there is nothing that a member would undo."""
    old = {contact.id: contact for contact in before.contacts}
    changed = tuple(
        old[contact.id]
        for contact in after.contacts
        if contact.id in old and _is_contact_changed(old[contact.id], contact)
    )
    added = tuple(contact.id for contact in after.contacts if contact.id not in old)
    is_rest_same = (before.settings, before.paused_until, before.landed_at) == (
        after.settings,
        after.paused_until,
        after.landed_at,
    )
    if not changed and not added and is_rest_same:
        return None
    return Undo(
        command=command,
        replaced_contacts=changed,
        added_ids=added,
        settings=before.settings,
        paused_until=before.paused_until,
        landed_at=before.landed_at,
    )


def _is_contact_changed(old: Contact, new: Contact) -> bool:
    return new is not old and replace(new, changed_at=old.changed_at, reminded_keys=old.reminded_keys) != old


def _without_expired_records(book: Book, now: datetime) -> Book:
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
