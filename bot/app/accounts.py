"""What touches a member's book without a command: onboarding, the home page, account changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.app.book_changes import create_book, with_profile
from bot.club.membership import without_memberships
from bot.commands.autocomplete import suggest_choices
from bot.domain.errors import BookDamaged, Conflict, StoreError
from bot.domain.messages import Card, Choice, Page
from bot.domain.model import Actor, Address, Book, HostDefaults
from bot.domain.off_loop import run_off_loop
from bot.domain.ports import Store
from bot.rules.context import BookContext
from bot.rules.member_clock import member_language
from bot.rules.moment import BookMoment
from bot.text.i18n import set_language
from bot.views import home, member


@dataclass(frozen=True, slots=True)
class Accounts:
    """What adapters ask for without a command.

    Every method except `suggest_choices` raises `StoreUnavailable` and `StoreTooNew`; `update_account` and
    `mark_unreachable` also raise `BookDamaged`.
    """

    store: Store
    defaults: HostDefaults
    new_id: Callable[[int], str]

    async def home_page(self, actor: Actor, now: datetime) -> Page:
        """The member's home page in its present state; nothing is saved."""
        try:
            stored = await self.store.load_book(actor.address)
        except BookDamaged:
            return home.unreadable_home_page()
        book = with_profile(stored, actor) if stored else create_book(actor, now)
        set_language(member_language(book))
        context = BookContext(book, now, self.defaults, self.new_id)
        return await run_off_loop(book, lambda: home.home_page(context))

    async def suggest_choices(
        self, actor: Actor, command: str, argument: str, partial_text: str, now: datetime
    ) -> list[Choice]:
        """Choices for one argument, from the member's own book. Nothing is saved; a store error gives no choices."""
        try:
            stored = await self.store.load_book(actor.address)
        except StoreError:
            return []
        book = with_profile(stored, actor) if stored else create_book(actor, now)
        set_language(member_language(book))
        context = BookContext(book, now, self.defaults, self.new_id)
        return await run_off_loop(book, lambda: suggest_choices(context, command, argument, partial_text))

    async def welcome_new_member(self, actor: Actor, now: datetime) -> Card | None:
        """Create the book of a new member and return the welcome; None if there is a book. Saved before it is shown."""
        try:
            if await self.store.load_book(actor.address) is not None:
                return None
            await self._save_book(create_book(actor, now), now)
        except (BookDamaged, Conflict):
            return None
        set_language(actor.language)
        return member.welcome_card()

    async def update_account(self, actor: Actor, now: datetime, *, has_left: bool) -> None:
        """Save what the platform reports about a member. One who has left leaves the clubs and keeps every reminder."""
        while (stored := await self.store.load_book(actor.address)) is not None:
            book = with_profile(stored, actor)
            if has_left:
                book = without_memberships(
                    replace(
                        book, profile=replace(book.profile, account_closed_at=stored.profile.account_closed_at or now)
                    )
                )
            try:
                if book != stored:
                    await self._save_book(book, now)
                return
            except Conflict:
                continue

    async def mark_unreachable(self, owner: Address, reason: str, now: datetime) -> None:
        """Record why the platform refuses messages to the member, who reads it at their next command."""
        while (stored := await self.store.load_book(owner)) is not None:
            try:
                await self._save_book(replace(stored, unreachable_reason=reason), now)
                return
            except Conflict:
                continue

    async def _save_book(self, book: Book, now: datetime) -> None:
        wake_at = await run_off_loop(book, lambda: BookMoment(book, now, self.defaults).next_wake)
        await self.store.save_book(replace(book, wake_at=wake_at))
