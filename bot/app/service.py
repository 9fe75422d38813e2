"""The application service over one store: what adapters call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_urlsafe

from bot.app.accounts import Accounts
from bot.app.dispatcher import Dispatcher
from bot.app.invocation import decide, decide_direct_message
from bot.app.observed_store import ObservedStore
from bot.commands import parser
from bot.delivery.after_restore import RestoreGap
from bot.delivery.member_worker import MemberWorker
from bot.delivery.report import DeliveryReport, build_delivery_report
from bot.domain.calendar import Calendar
from bot.domain.errors import BookDamaged
from bot.domain.messages import Card, Choice, Page, Response
from bot.domain.model import Actor, Address, HostDefaults
from bot.domain.ports import Messenger, Store, ready_platforms
from bot.rules.member_clock import member_calendar


@dataclass(frozen=True, slots=True)
class Service:
    """Runs what members type and press, and sends what is due. Every `now` is UTC.

    `event_id` is the platform's own id of an input: a repeated event has no second effect.
    """

    store: Store
    #: By the name of the platform.
    messengers: Mapping[str, Messenger]
    defaults: HostDefaults
    #: Makes a random id from this many bytes.
    new_id: Callable[[int], str] = token_urlsafe
    #: From the making of the backup that was last restored to its restore. None: there was no restore.
    restore_gap: RestoreGap | None = None
    #: Called after each saved change and each erasure; see `ObservedStore`.
    change_listeners: list[Callable[[Address], None]] = field(default_factory=list)

    def for_platform(self, platform: str) -> Service:
        """The same service, for the reminders of one platform alone, so that a slow platform delays no other."""
        return replace(self, messengers={platform: self.messengers[platform]})

    async def home_page(self, actor: Actor, now: datetime) -> Page:
        """The member's board as a page; the welcome for a new member."""
        return await self._accounts.home_page(actor, now)

    async def welcome_new_member(self, actor: Actor, now: datetime) -> Card | None:
        """The welcome for a new member, once; from then on None."""
        return await self._accounts.welcome_new_member(actor, now)

    async def update_account(self, actor: Actor, now: datetime, *, has_left: bool = False) -> None:
        """Save what the platform reports about a member: another zone, or that the account is closed."""
        await self._accounts.update_account(actor, now, has_left=has_left)

    async def mark_unreachable(self, owner: Address, reason: str, now: datetime) -> None:
        """The platform refused a response to this member: nothing is sent before their next command, which says so."""
        await self._accounts.mark_unreachable(owner, reason, now)

    async def handle_command(self, actor: Actor, text: str, now: datetime, event_id: str = "") -> Response:
        """Run a typed command, with or without its root, or find the contact that plain words name."""
        return await self._dispatcher.run(
            actor,
            lambda: parser.parse_typed_command(text),
            now,
            event_id=event_id,
            decide_with=lambda context, read: decide(context, read, text),
        )

    async def handle_direct_message(self, actor: Actor, text: str, now: datetime, event_id: str = "") -> Response:
        """Respond to plain words in a direct message. Nothing is changed before a button is pressed."""
        return await self._dispatcher.run(
            actor,
            lambda: parser.parse_typed_command(text),
            now,
            event_id=event_id,
            decide_with=lambda context, _read: decide_direct_message(context, text),
        )

    async def handle_button(self, actor: Actor, line: str, now: datetime, event_id: str = "") -> Response:
        """Run the command line of a button."""
        return await self._dispatcher.run(actor, lambda: parser.parse_button_command(line), now, event_id=event_id)

    async def handle_form(
        self, actor: Actor, command: str, values: Mapping[str, str], now: datetime, event_id: str = ""
    ) -> Response:
        """Run a command with the values of its form, fixed ones included, or with values typed one by one."""
        return await self._dispatcher.run(
            actor, lambda: parser.build_invocation(command, values), now, event_id=event_id
        )

    async def suggest_choices(
        self, actor: Actor, command: str, argument: str, partial_text: str, now: datetime
    ) -> list[Choice]:
        """Choices to offer while this argument is typed; none when the book cannot be read."""
        return await self._accounts.suggest_choices(actor, command, argument, partial_text, now)

    async def delivery_report(self, now: datetime) -> DeliveryReport:
        """What the host may know of the reminders in the outboxes."""
        return build_delivery_report([book async for book in self.store.all_books()], now, self.defaults)

    async def retry_parked(self, now: datetime, is_wanted: Callable[[str], bool] = lambda _id: True) -> int:
        """Retry parked reminders, one for each member; returns their number."""
        return await self._build_member_worker(lambda: now).retry_parked(is_wanted)

    async def sweep(self, now: datetime, utc_now: Callable[[], datetime] | None = None) -> int:
        """Send what is due; returns the number of books and clubs examined. Call again until it is 0.

        `utc_now` is read again right before each message; without it the time stays at `now`.
        """
        return await self._build_member_worker(utc_now or (lambda: now)).sweep()

    async def next_wake(self) -> datetime | None:
        """The earliest moment (UTC) at which a sweep may have something to do."""
        return await self.store.next_wake(ready_platforms(self.messengers))

    async def member_calendar(self, owner: Address) -> Calendar:
        """The member's zone and country, or the host's defaults."""
        book = await self.store.load_book(owner)
        return member_calendar(book, self.defaults) if book else Calendar(self.defaults.zone, self.defaults.country)

    async def has_book(self, owner: Address) -> bool:
        """Whether the member has a book, readable or not."""
        try:
            return await self.store.load_book(owner) is not None
        except BookDamaged:
            return True

    async def close(self) -> None:
        await self.store.close()

    def _build_member_worker(self, utc_now: Callable[[], datetime]) -> MemberWorker:
        return MemberWorker(
            self._observed_store, self.messengers, self.defaults, self.new_id, utc_now, self.restore_gap
        )

    @property
    def _dispatcher(self) -> Dispatcher:
        return Dispatcher(self._observed_store, self.defaults, self.new_id, self.messengers)

    @property
    def _accounts(self) -> Accounts:
        return Accounts(self._observed_store, self.defaults, self.new_id)

    @property
    def _observed_store(self) -> Store:
        return ObservedStore(self.store, self.change_listeners)
