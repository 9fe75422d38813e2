"""The whole bot over one store: what an adapter talks to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_urlsafe

from bot.app.accounts import Accounts
from bot.app.decision import decide, decide_direct_message
from bot.app.dispatcher import Dispatcher
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
from bot.rules.schedule import member_calendar


@dataclass(frozen=True, slots=True)
class Service:
    """One sentence in, one card out; and the sweep that sends what is due. Every `now` is UTC.

    `event` is the platform's own id of what was said: a repeat of it has no second effect. `watchers` are told whose
    book was changed, after it is kept.
    """

    store: Store
    messengers: Mapping[str, Messenger]
    defaults: HostDefaults
    new_id: Callable[[int], str] = token_urlsafe
    restore_gap: RestoreGap | None = None
    change_listeners: list[Callable[[Address], None]] = field(default_factory=list)

    def for_platform(self, platform: str) -> Service:
        """The same, with an eye for one platform's reminders alone: a slow one then keeps no other waiting."""
        return replace(self, messengers={platform: self.messengers[platform]})

    async def home_page(self, actor: Actor, now: datetime) -> Page:
        """The member's board as a page that stays open; a welcome for somebody who is new."""
        return await self._accounts.home_page(actor, now)

    async def welcome_new_member(self, actor: Actor, now: datetime) -> Card | None:
        """The welcome for somebody who was never here, once; from then on None."""
        return await self._accounts.welcome_new_member(actor, now)

    async def update_account(self, actor: Actor, now: datetime, *, has_left: bool = False) -> None:
        """The platform tells of a member by itself: another zone, or that their account is closed."""
        await self._accounts.update_account(actor, now, has_left=has_left)

    async def mark_unreachable(self, owner: Address, reason: str, now: datetime) -> None:
        """Their platform refused them an answer: nothing is sent before their next command, which tells of it."""
        await self._accounts.mark_unreachable(owner, reason, now)

    async def handle_command(self, actor: Actor, text: str, now: datetime, event_id: str = "") -> Response:
        """A typed command, with or without its root; or plain words that name a contact."""
        return await self._dispatcher.run(
            actor,
            lambda: parser.parse_typed_command(text),
            now,
            event_id=event_id,
            decide_with=lambda context, read: decide(context, read, text),
        )

    async def handle_direct_message(self, actor: Actor, text: str, now: datetime, event_id: str = "") -> Response:
        """A plain direct message: it shows, and changes nothing before a button is pressed."""
        return await self._dispatcher.run(
            actor,
            lambda: parser.parse_typed_command(text),
            now,
            event_id=event_id,
            decide_with=lambda context, _read: decide_direct_message(context, text),
        )

    async def handle_button(self, actor: Actor, line: str, now: datetime, event_id: str = "") -> Response:
        """The line of a button."""
        return await self._dispatcher.run(actor, lambda: parser.parse_button_command(line), now, event_id=event_id)

    async def handle_form(
        self, actor: Actor, command: str, values: Mapping[str, str], now: datetime, event_id: str = ""
    ) -> Response:
        """The answers of a form, together with its fixed values; or a command with its values typed one by one."""
        return await self._dispatcher.run(
            actor, lambda: parser.build_invocation(command, values), now, event_id=event_id
        )

    async def suggest_choices(
        self, actor: Actor, command: str, argument: str, partial_text: str, now: datetime
    ) -> list[Choice]:
        """What may be offered while somebody types this argument; nothing when the book cannot be read."""
        return await self._accounts.suggest_choices(actor, command, argument, partial_text, now)

    async def delivery_report(self, now: datetime) -> DeliveryReport:
        """What the host may know of the reminders on their way."""
        return build_delivery_report([book async for book in self.store.all_books()], now, self.defaults)

    async def retry_parked(self, now: datetime, is_wanted: Callable[[str], bool] = lambda _id: True) -> int:
        """Sends parked reminders on their way again, one for each member; the number of them."""
        return await self._build_member_worker(lambda: now).retry_parked(is_wanted)

    async def sweep(self, now: datetime, utc_now: Callable[[], datetime] | None = None) -> int:
        """Sends what is due; the number of books looked at. To be called until it is 0.

        `wall` (UTC) is looked at again right before each message; without it the time stands still at `now`.
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
        """Whether the member has a book; one that cannot be read is one, too."""
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
