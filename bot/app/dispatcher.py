"""Runs an invocation: loads the book, decides, saves once, responds. A card says “saved” only once that is durable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import structlog

from bot.app.book_changes import apply_decision, create_book, with_profile, without_expired_records
from bot.app.club_scope import find_club_in_scope, needs_club, parse_or_none
from bot.app.decision import Decision, with_assumed_zone_note, with_unreachable_note
from bot.app.invocation import decide, parse_erase_request, repeated_event_response
from bot.app.undo import with_undo_button
from bot.club.member_messages import with_club_holding_data
from bot.club.membership import without_membership
from bot.commands.parser import Invocation
from bot.delivery.club_sync import erase_from_clubs, sync_book_with_clubs
from bot.delivery.club_sync import save_club_with_wake as save_club
from bot.domain.errors import BookDamaged, Conflict, StoreError, StoreTooNew, StoreUnavailable
from bot.domain.messages import Response
from bot.domain.model import Actor, Book, Club, ClubKey, HostDefaults, Undo
from bot.domain.off_loop import run_off_loop
from bot.domain.ports import Messenger, Store
from bot.faults import report_fault
from bot.rules.context import BookContext
from bot.rules.member_clock import member_language
from bot.rules.moment import BookMoment
from bot.text.i18n import set_language
from bot.views import member, trouble
from bot.views.phrases import with_reader_preferences

log = structlog.get_logger()

MAX_HANDLED_EVENTS = 500  # of one member
MAX_DECISION_TRIES = 5  # on a conflict, another change was saved first: the command is decided again

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
            book = without_expired_records(with_profile(stored, actor), now)
            set_language(member_language(book))
            context = await self._with_club_in_scope(
                BookContext(book, now, self.defaults, self.new_id, actor), parse_input
            )
            if event_id and any(seen == event_id for seen, _at in book.handled_events):
                return repeated_event_response(context, parse_input)
            decision = await run_off_loop(book, partial(decide_with, context, parse_input))
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
        moment = BookMoment(after, context.now, self.defaults)
        wake_at = await run_off_loop(after, partial(moment.wake_after, stored))
        saved = await self.store.save_book(replace(after, wake_at=wake_at))
        if saved.pending_club_updates:
            saved = await self._apply_club_updates(saved, context.now)
        # Saved once more after an erasure: the previous generation must not keep what was erased.
        return await self.store.save_book(saved) if decision.scrub_previous else saved


def _present_response(response: Response, book: Book, undo: Undo | None) -> Response:
    """The response in its reader's preferences, with its undo button."""
    return with_reader_preferences(with_undo_button(response, undo), book)
