"""Runs an invocation: loads the book, decides, saves once, responds. A card says “saved” only once that is durable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import structlog

from bot.app.book_changes import apply_decision, create_book, with_profile, without_expired_records
from bot.app.club_scope import find_club_in_scope
from bot.app.decision import Decision, with_notices
from bot.app.invocation import decide, decide_repeated_event, find_erase_request
from bot.club.member_messages import with_club_holding_data
from bot.club.membership import without_membership
from bot.commands.parser import ParsedInput
from bot.delivery.club_sync import erase_from_clubs, sync_book_with_clubs
from bot.domain.errors import BookDamaged, Conflict, StoreError, StoreTooNew, StoreUnavailable
from bot.domain.messages import Response
from bot.domain.model import Actor, Book, Club, ClubKey, HostDefaults, Undo
from bot.domain.off_loop import run_off_loop
from bot.domain.ports import Messenger
from bot.domain.update import Records, retry_on_conflict
from bot.logs import report_fault
from bot.rules.context import BookContext
from bot.rules.member_clock import member_language
from bot.rules.moment import BookMoment
from bot.text.confirmation import check_confirmation
from bot.text.i18n import set_language
from bot.views import member, trouble
from bot.views.presentation import present_response

log = structlog.get_logger()

MAX_HANDLED_EVENTS = 500  # of one member


@dataclass(frozen=True, slots=True)
class HandledInput:
    """What came of an input, before it is presented to the member."""

    response: Response
    #: The book after it. None: no book was loaded.
    book: Book | None = None
    #: The change that [Undo] takes back. None: nothing was changed.
    undo: Undo | None = None


@dataclass(frozen=True, slots=True)
class Dispatcher:
    records: Records
    defaults: HostDefaults
    new_id: Callable[[int], str]
    messengers: Mapping[str, Messenger] = field(default_factory=dict)

    async def run(self, actor: Actor, said: ParsedInput, now: datetime, event_id: str = "") -> Response:
        """The response to one input. `event_id` is the platform's id of it: a repeated event has no second effect."""
        set_language(actor.language)
        outcome = await self._handle_input(actor, said, now, event_id)
        return present_response(outcome.response, outcome.book, outcome.undo)

    async def _handle_input(self, actor: Actor, said: ParsedInput, now: datetime, event_id: str) -> HandledInput:
        stored: Book | None = None  # as the last try loaded it

        async def attempt() -> HandledInput:
            nonlocal stored
            try:
                before, stored = stored, await self.records.store.load(actor.address)
            except BookDamaged:
                log.error("book_damaged")
                return HandledInput(await self._handle_damaged_book(actor, said, now))
            if before and (stored is None or stored.created_at != before.created_at):
                # Erased meanwhile: an earlier command must not create the book again.
                return HandledInput(trouble.book_not_saved_card())
            return await self._decide_and_save(actor, stored or create_book(actor, now), said, now, event_id)

        try:
            return await retry_on_conflict(attempt)
        except Conflict:
            return HandledInput(trouble.book_busy_card(), stored)
        except StoreUnavailable:
            log.error("store_unavailable")
            return HandledInput(trouble.book_not_saved_card(), stored)
        except Exception as error:
            return HandledInput(trouble.internal_error_card(report_fault(error)), stored)

    async def _decide_and_save(
        self, actor: Actor, stored: Book, said: ParsedInput, now: datetime, event_id: str
    ) -> HandledInput:
        book = without_expired_records(with_profile(stored, actor), now)
        set_language(member_language(book))
        context = await self._with_club_in_scope(BookContext(book, now, self.defaults, self.new_id, actor), said)
        if event_id and any(seen == event_id for seen, _at in book.handled_events):
            return HandledInput(with_notices(context, decide_repeated_event(context, said)).response, book)
        decision = await run_off_loop(book, lambda: decide(context, said))
        with_all = with_notices(context, decision)
        try:
            after = await self._save_decision(context, with_all, event_id, stored)
        except StoreUnavailable:
            if decision.has_changes:
                raise
            # Only the time of the activity is lost: members can read while the disk is full.
            return HandledInput(with_all.response, book)
        return HandledInput(with_all.response, after, after.undo if after.undo != book.undo else None)

    async def _with_club_in_scope(self, context: BookContext, said: ParsedInput) -> BookContext:
        """Add the club that the input needs. One that cannot be read does not block the member's own book."""
        key = find_club_in_scope(context, said)
        if key and not await self._is_in_workspace(context, key):
            # A member who was removed from the server is out of its club: the command reaches nobody.
            return replace(context, book=without_membership(context.book, key))
        try:
            return replace(context, club=await self.records.store.load(key) if key else None)
        except (BookDamaged, StoreTooNew):
            log.error("club_unreadable")
            return replace(context, club_unreadable=True)

    async def _is_in_workspace(self, context: BookContext, club_key: ClubKey) -> bool:
        """A member who speaks in the club's workspace is in it; in private the platform is asked."""
        if context.actor and context.actor.club == club_key:
            return True
        messenger = self.messengers.get(club_key.platform)
        return messenger is None or await messenger.is_in_workspace(context.book.owner, club_key)

    async def _handle_damaged_book(self, actor: Actor, said: ParsedInput, now: datetime) -> Response:
        """A book that cannot be read can still be erased by its owner."""
        request = find_erase_request(said)
        if request is None:
            return trouble.book_unreadable_card()
        confirmation = check_confirmation(request.values.get("sure", ""), now, "damaged", actor.address)
        if not confirmation.is_given:
            return member.confirm_forget_card(None, confirmation.code)
        # The clubs with the member's data are listed in the book, which cannot be read: erase from all.
        async for club in self.records.store.all(Club):
            await erase_from_clubs(self.records, None, actor.address, club.key, now)
        await self.records.erase(actor.address)
        return member.data_erased_card(whole_book=True)

    async def _save_club_holding_data(self, stored: Book, club: Club) -> Book:
        """Record in the book, before anything else, that the club has the member's data: erasure will find it."""
        known = with_club_holding_data(stored, club.key)
        return stored if known == stored else await self.records.save_with_wake(known)

    async def _apply_club_updates(self, book: Book, now: datetime) -> Book:
        """Apply pending club updates now. On a store error they stay pending, and the next sweep retries them."""
        try:
            return await sync_book_with_clubs(self.records, book, now)
        except StoreError:
            return book

    async def _save_decision(self, context: BookContext, decision: Decision, event_id: str, stored: Book) -> Book:
        """Save the decision durably and return the book after it. `stored`: the book as the store has it."""
        if decision.erase_book:
            await erase_from_clubs(
                self.records, stored, context.book.owner, context.actor.club if context.actor else None, context.now
            )
            await self.records.erase(context.book.owner)
            return replace(context.book, undo=None)
        after = apply_decision(context, decision)
        if decision.club:
            known = await self._save_club_holding_data(stored, decision.club)
            after = replace(after, version=known.version, clubs_with_my_data=known.clubs_with_my_data)
            # Saved before the book, which records the event as handled: a club's change can be repeated without effect.
            await self.records.save(decision.club, context.now)
        elif after == stored:
            return after
        if event_id:
            after = replace(
                after, handled_events=(*after.handled_events[1 - MAX_HANDLED_EVENTS :], (event_id, context.now))
            )
        moment = BookMoment(after, context.now, self.defaults)
        wake_at = await run_off_loop(after, partial(moment.wake_after, stored))
        if decision.scrub_previous:
            return await self._save_scrubbed(replace(after, wake_at=wake_at), context.now)
        saved = await self.records.save_with_wake(replace(after, wake_at=wake_at))
        return await self._apply_club_updates(saved, context.now) if saved.pending_club_updates else saved

    async def _save_scrubbed(self, after: Book, now: datetime) -> Book:
        """Save twice after an erasure: the generation before, which the store keeps, must not hold what was erased.

        In between the book is due. Should the second save fail, the erasure is done all the same, and the next sweep
        saves the book once more.
        """
        saved = await self.records.save_with_wake(replace(after, wake_at=now))
        try:
            return await self.records.save_with_wake(replace(saved, wake_at=after.wake_at))
        except (Conflict, StoreUnavailable):
            return saved
