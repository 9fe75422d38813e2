"""What happens to a member's book without a command: a first look, a page that stays open, news of their account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.app.dispatcher import fresh, told
from bot.club.membership import out_of_all
from bot.commands.autocomplete import suggest
from bot.domain.errors import BookDamaged, Conflict, StoreError
from bot.domain.messages import Card, Choice, Page
from bot.domain.model import Actor, Address, Book, Home
from bot.domain.ports import Store
from bot.rules.context import Desk
from bot.rules.schedule import language_of, next_wake
from bot.text.i18n import speak
from bot.views import home, member


@dataclass(frozen=True, slots=True)
class Members:
    """Everything here raises `StoreUnavailable` when the store does."""

    store: Store
    place: Home
    new_id: Callable[[int], str]

    async def home(self, actor: Actor, now: datetime) -> Page:
        """The member's page as things stand; nothing is kept."""
        try:
            kept = await self.store.book(actor.address)
        except BookDamaged:
            return home.damaged()
        book = told(kept, actor) if kept else fresh(actor, now)
        speak(language_of(book))
        return home.page(Desk(book, now, self.place, self.new_id))

    async def suggest(self, actor: Actor, command: str, name: str, typed: str, now: datetime) -> list[Choice]:
        """For one argument, from the member's own book; nothing is kept, and trouble offers nothing."""
        try:
            kept = await self.store.book(actor.address)
        except StoreError:
            return []
        book = told(kept, actor) if kept else fresh(actor, now)
        speak(language_of(book))
        return suggest(Desk(book, now, self.place, self.new_id), command, name, typed)

    async def greet(self, actor: Actor, now: datetime) -> Card | None:
        """The welcome for somebody who has no book yet, who gets one: kept first, so that nobody is greeted twice."""
        try:
            if await self.store.book(actor.address) is not None:
                return None
            await self._save(fresh(actor, now), now)
        except (BookDamaged, Conflict):
            return None
        speak(actor.language)
        return member.welcome()

    async def meet(self, actor: Actor, now: datetime, *, left: bool) -> None:
        """Keeps what the platform tells of a member. Whoever left gets no more messages, and every reminder is kept."""
        while (kept := await self.store.book(actor.address)) is not None:
            book = told(kept, actor)
            if left:
                book = out_of_all(replace(book, profile=replace(book.profile, left=kept.profile.left or now)))
            try:
                if book != kept:
                    await self._save(book, now)
                return
            except Conflict:
                continue

    async def shut_out(self, owner: Address, why: str, now: datetime) -> None:
        """Whoever cannot be written to hears of it at their next command; see `Book.unreachable`."""
        while (kept := await self.store.book(owner)) is not None:
            try:
                await self._save(replace(kept, unreachable=why), now)
                return
            except Conflict:
                continue

    async def _save(self, book: Book, now: datetime) -> None:
        await self.store.save(replace(book, wake_at=next_wake(book, now, self.place)))
