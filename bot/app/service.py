"""The application service over one store: what adapters call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from secrets import token_urlsafe

from bot.app.book_changes import create_book, with_profile
from bot.app.dispatcher import Dispatcher
from bot.club.membership import without_memberships
from bot.club.schedule import next_club_wake
from bot.commands import autocomplete, parser
from bot.delivery.member_worker import MemberWorker
from bot.delivery.report import DeliveryReport, build_delivery_report
from bot.delivery.sender import FailureLog
from bot.domain.calendar import Calendar
from bot.domain.errors import BookDamaged, Conflict, StoreError
from bot.domain.messages import Card, Choice, Page, Response
from bot.domain.model import Actor, Address, Book, Club, HostDefaults
from bot.domain.off_loop import run_off_loop
from bot.domain.ports import Messenger, Store, ready_platforms
from bot.domain.update import Changes, Records
from bot.rules.context import BookContext
from bot.rules.member_clock import member_calendar, member_language
from bot.rules.moment import BookMoment
from bot.text.i18n import set_language
from bot.views import home, member
from bot.views.presentation import present_page, present_response


@dataclass(frozen=True)
class Service:
    """Runs what members type and press, and sends what is due. Every `now` is UTC.

    `event_id` is the platform's own id of an input: a repeated event has no second effect. The methods that load or
    save a book for no command raise `StoreUnavailable` and `StoreTooNew`.
    """

    store: Store
    #: By the name of the platform.
    messengers: Mapping[str, Messenger]
    defaults: HostDefaults
    #: Makes a random id from this many bytes.
    new_id: Callable[[int], str] = token_urlsafe
    #: Why messages were not delivered, since the start.
    failures: FailureLog = field(default_factory=FailureLog)
    #: Notified of each saved change and each erasure.
    changes: Changes = field(default_factory=Changes)

    @cached_property
    def records(self) -> Records:
        return Records(self.store, self._next_wake, self.changes)

    @cached_property
    def dispatcher(self) -> Dispatcher:
        return Dispatcher(self.records, self.defaults, self.new_id, self.messengers)

    def for_platform(self, platform: str) -> Service:
        """The same service, for the reminders of one platform alone, so that a slow platform delays no other."""
        return replace(self, messengers={platform: self.messengers[platform]})

    async def handle_command(self, actor: Actor, text: str, now: datetime, event_id: str = "") -> Response:
        """Run a typed command, with or without its root, or find the contact that plain words name."""
        return await self.dispatcher.run(actor, parser.parse_typed_command(text), now, event_id)

    async def handle_direct_message(self, actor: Actor, text: str, now: datetime, event_id: str = "") -> Response:
        """Respond to plain words in a direct message. Nothing is changed before a button is pressed."""
        return await self.dispatcher.run(actor, parser.parse_direct_message(text), now, event_id)

    async def handle_button(self, actor: Actor, line: str, now: datetime, event_id: str = "") -> Response:
        """Run the command line of a button."""
        return await self.dispatcher.run(actor, parser.parse_button_command(line), now, event_id)

    async def handle_form(
        self, actor: Actor, command: str, values: Mapping[str, str], now: datetime, event_id: str = ""
    ) -> Response:
        """Run a command with the values of its form, fixed ones included, or with values typed one by one."""
        return await self.dispatcher.run(actor, parser.parse_form(command, values), now, event_id)

    async def home_page(self, actor: Actor, now: datetime) -> Page:
        """The member's board as a page, in its present state; the welcome for a new member. Nothing is saved."""
        try:
            context = await self._load_context(actor, now)
        except BookDamaged:
            return home.unreadable_home_page()
        return present_page(await run_off_loop(context.book, lambda: home.home_page(context)), context.book)

    async def suggest_choices(
        self, actor: Actor, command: str, argument: str, partial_text: str, now: datetime
    ) -> list[Choice]:
        """Choices to offer while this argument is typed; none when the book cannot be read. Nothing is saved."""
        try:
            context = await self._load_context(actor, now)
        except StoreError:
            return []
        suggest = partial(autocomplete.suggest_choices, context, command, argument, partial_text)
        return await run_off_loop(context.book, suggest)

    async def welcome_new_member(self, actor: Actor, now: datetime) -> Card | None:
        """Create the book of a new member and return the welcome; None if there is a book. Saved before it is shown."""
        try:
            if await self.store.load(actor.address) is not None:
                return None
            book = await self.records.save(create_book(actor, now), now)
        except (BookDamaged, Conflict):
            return None
        set_language(actor.language)
        return present_response(member.welcome_card(), book)

    async def update_account(self, actor: Actor, now: datetime, *, has_left: bool = False) -> None:
        """Save what the platform reports about a member: another zone, or that the account is closed.

        One who has left leaves the clubs and keeps every reminder. Also raises `BookDamaged`.
        """

        def with_report(book: Book) -> Book:
            reported = with_profile(book, actor)
            if not has_left:
                return reported
            closed = replace(reported.profile, account_closed_at=book.profile.account_closed_at or now)
            return without_memberships(replace(reported, profile=closed))

        if (book := await self.store.load(actor.address)) is not None:
            await self.records.update(book, with_report, now)

    async def mark_unreachable(self, owner: Address, reason: str, now: datetime) -> None:
        """The platform refused a response to this member: nothing is sent before their next command, which says so.

        Also raises `BookDamaged`.
        """
        if (book := await self.store.load(owner)) is not None:
            await self.records.update(book, lambda newest: replace(newest, unreachable_reason=reason), now)

    async def delivery_report(self, now: datetime) -> DeliveryReport:
        """What the host may know of reminders and posts on their way."""
        records: list[Book | Club] = [book async for book in self.store.all(Book)]
        records += [club async for club in self.store.all(Club)]
        return build_delivery_report(records, now, self.defaults)

    async def retry_parked(self, now: datetime, is_wanted: Callable[[str], bool] = lambda _id: True) -> int:
        """Retry parked reminders, one for each member; returns their number."""
        return await self._build_worker(lambda: now).retry_parked(is_wanted)

    async def sweep(self, now: datetime, utc_now: Callable[[], datetime] | None = None) -> int:
        """Send what is due; returns the number of books and clubs examined. Call again until it is 0.

        `utc_now` is read again right before each message; without it the time stays at `now`.
        """
        return await self._build_worker(utc_now or (lambda: now)).sweep()

    async def next_wake(self) -> datetime | None:
        """The earliest moment (UTC) at which a sweep may have something to do."""
        return await self.store.next_wake(ready_platforms(self.messengers))

    async def member_calendar(self, owner: Address) -> Calendar:
        """The member's zone and country, or the host's defaults."""
        book = await self.store.load(owner)
        return member_calendar(book, self.defaults) if book else Calendar(self.defaults.zone, self.defaults.country)

    async def has_book(self, owner: Address) -> bool:
        """Whether the member has a book, readable or not."""
        try:
            return await self.store.load(owner) is not None
        except BookDamaged:
            return True

    async def close(self) -> None:
        await self.store.close()

    def _build_worker(self, utc_now: Callable[[], datetime]) -> MemberWorker:
        return MemberWorker(self.records, self.messengers, self.defaults, self.new_id, utc_now, self.failures)

    async def _load_context(self, actor: Actor, now: datetime) -> BookContext:
        stored = await self.store.load(actor.address)
        book = with_profile(stored, actor) if stored else create_book(actor, now)
        set_language(member_language(book))
        return BookContext(book, now, self.defaults, self.new_id)

    async def _next_wake(self, record: Book | Club, now: datetime) -> datetime | None:
        if isinstance(record, Club):
            return next_club_wake(record, now)
        moment = BookMoment(record, now, self.defaults)
        return await run_off_loop(record, lambda: moment.next_wake)
