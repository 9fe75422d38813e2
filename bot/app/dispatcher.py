"""Runs an invocation: reads the book, decides, saves once, answers. "Saved" is said only after the durable write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain

import structlog

from bot.app.club_scope import about_club, club_meant, understood
from bot.app.decision import Decision, decide, forgets_all, repeated, with_door_told, with_zone_told
from bot.club.member_messages import known_in
from bot.club.membership import out_of
from bot.commands.parser import Invocation
from bot.delivery.club_sync import forgotten, run_errands
from bot.delivery.club_sync import save as save_club
from bot.domain.calendar import is_zone
from bot.domain.errors import BookDamaged, Conflict, StoreError, StoreTooNew, StoreUnavailable
from bot.domain.messages import Card, Form, Reply
from bot.domain.model import DRAFT_AGE, HANDLED_AGE, Actor, Book, Club, ClubKey, Home, Outreach, Profile, Undo
from bot.domain.ports import Messenger, Store
from bot.faults import report
from bot.rules.context import Desk
from bot.rules.schedule import language_of, wake_after
from bot.text.i18n import speak
from bot.views import member, phrases, trouble
from bot.views.phrases import as_wanted

log = structlog.get_logger()

MOST_HANDLED = 500  # events remembered of one member
TRIES = 5  # a conflict means that somebody else's change went in; the command is simply decided again
ACTIVE_STEP = timedelta(days=1)  # a mere look is written down once a day at most


How = Callable[[Desk, Callable[[], Invocation]], Decision]
"""How what was said is decided on one member's book."""


@dataclass(frozen=True, slots=True)
class Dispatcher:
    store: Store
    home: Home
    new_id: Callable[[int], str]
    messengers: Mapping[str, Messenger] = field(default_factory=dict)

    async def run(
        self, actor: Actor, read: Callable[[], Invocation], now: datetime, *, event: str = "", how: How = decide
    ) -> Reply:
        """The answer to one thing said. `event` is the platform's id of it: a repeat has no second effect."""
        speak(actor.language)
        try:
            return await self._tried(actor, read, now, event, how)
        except StoreUnavailable:
            log.error("store_unavailable")
            return trouble.not_saved()
        except BookDamaged:
            log.error("book_damaged")
            return await self._damaged(actor, read, now)
        except Exception as error:
            return trouble.apology(report(error))

    async def _tried(self, actor: Actor, read: Callable[[], Invocation], now: datetime, event: str, how: How) -> Reply:
        created: datetime | None = None  # when the book was begun that we read at first
        for _attempt in range(TRIES):
            found = await self.store.book(actor.address)
            if created is not None and (found is None or found.created != created):
                return trouble.not_saved()  # forgotten meanwhile: what was said before must not bring a book back
            created = found.created if found else None
            kept = found or fresh(actor, now)
            book = _pruned(told(kept, actor), now)
            speak(language_of(book))
            desk = await self._with_club(Desk(book, now, self.home, self.new_id, actor), read)
            if event and any(seen == event for seen, _at in book.handled):
                return repeated(desk, read)
            decided = how(desk, read)
            try:
                said = with_door_told(desk, with_zone_told(desk, decided))
                after = await self._kept(desk, said, event, kept)
            except Conflict:
                continue
            except StoreUnavailable:
                if not decided.changes:
                    return decided.reply  # nothing but the sign of life is lost: a full disk keeps nobody from reading
                raise
            return _drawn(said.reply, after, after.undo if after.undo != book.undo else None)
        return trouble.busy()

    async def _with_club(self, desk: Desk, read: Callable[[], Invocation]) -> Desk:
        """With the club that is meant, where it matters. One that cannot be read keeps nobody from their own book."""
        said = understood(read)
        key = club_meant(desk, said) if said and about_club(said) else None
        if key and not await self._is_there(desk, key):
            # Put out of the server, they are out of its club; what they said reaches nobody.
            return replace(desk, book=out_of(desk.book, key))
        try:
            return replace(desk, club=await self.store.club(key) if key else None)
        except (BookDamaged, StoreTooNew):
            log.error("club_unreadable")
            return replace(desk, club_unreadable=True)

    async def _is_there(self, desk: Desk, club: ClubKey) -> bool:
        """Whoever speaks in the club's own place is there; in private the platform is asked."""
        if desk.actor and desk.actor.club == club:
            return True
        messenger = self.messengers.get(club.platform)
        return messenger is None or await messenger.belongs(desk.book.owner, club)

    async def _damaged(self, actor: Actor, read: Callable[[], Invocation], now: datetime) -> Reply:
        """A book that cannot be opened can still be erased by its owner."""
        said = forgets_all(read)
        if said is None:
            return trouble.damaged()
        if said.values.get("sure") != "yes":
            return member.sure_to_forget(None)
        # Which clubs knew of them is in the book, which cannot be read: all are asked.
        async for club in self.store.clubs():
            await forgotten(self.store, None, actor.address, club.key, now)
        await self.store.erase(actor.address)
        return member.forgotten(whole=True)

    async def _known(self, before: Book, club: Club) -> Book:
        """First of all: whoever is in a club's file can be found again, whatever is cut off after this."""
        known = known_in(before, club.key)
        return before if known == before else await self.store.save(known)

    async def _tell_clubs(self, book: Book, now: datetime) -> Book:
        """At once; what cannot be told now is told by the next sweep."""
        try:
            return await run_errands(self.store, book, now, self.home)
        except StoreError:
            return book

    async def _kept(self, desk: Desk, decided: Decision, event: str, before: Book) -> Book:
        """The book as it is after the decision, kept durably. `before`: as the store has it."""
        if decided.erase:
            await forgotten(self.store, before, desk.book.owner, desk.actor.club if desk.actor else None, desk.now)
            await self.store.erase(desk.book.owner)
            return replace(desk.book, undo=None)
        after = settled(desk, decided)
        if decided.club:
            known = await self._known(before, decided.club)
            after = replace(after, version=known.version, known_to=known.known_to)
            # Before the book, which remembers that this was handled: repeated, a club's change changes nothing more.
            await save_club(self.store, decided.club, desk.now)
        elif after == before:
            return after
        if event:
            after = replace(after, handled=(*after.handled[1 - MOST_HANDLED :], (event, desk.now)))
        saved = await self.store.save(replace(after, wake_at=wake_after(before, after, desk.now, self.home)))
        if saved.errands:
            saved = await self._tell_clubs(saved, desk.now)
        # Once more after an erasure: the generation before must not keep what was erased.
        return await self.store.save(saved) if decided.scrub else saved


def fresh(actor: Actor, now: datetime) -> Book:
    """The book of somebody who was never here."""
    return told(Book(owner=actor.address, created=now, active_at=now), actor)


def told(book: Book, actor: Actor) -> Book:
    """The book with what the platform tells by now of its owner, who is here."""
    zone = actor.zone if is_zone(actor.zone) else book.profile.zone
    likely = actor.likely if is_zone(actor.likely) else book.profile.likely
    profile = Profile(zone, actor.language or book.profile.language, likely=likely)
    return book if profile == book.profile else replace(book, profile=profile)


def settled(desk: Desk, decided: Decision) -> Book:
    """The book to keep: the decision, what undo needs, and the sign of life."""
    before, shown = desk.book, isinstance(decided.reply, Card)
    if decided.book is None:
        after = replace(before, undo=None) if decided.club else before
        return _active(before, after, desk.now, shown=shown)
    after = _stamped(before, decided.book, desk.now)
    if decided.final or decided.club:
        # What was said to a club is final, and undo must not take back what was before it instead.
        after = replace(after, undo=None)
    elif undo := undo_of(before, after, decided.command):
        after = replace(after, undo=replace(undo, id=desk.entry_id()))
    return _active(before, after, desk.now, shown=shown)


def _drawn(reply: Reply, book: Book, undo: Undo | None) -> Reply:
    """The answer as its reader wants it."""
    return as_wanted(_with_undo(reply, undo), book)


def _with_undo(reply: Reply, undo: Undo | None) -> Reply:
    """[Undo] takes back the change that it stands under and no later one; it is absent where nothing was changed."""
    if isinstance(reply, Form):
        return reply
    bare, offered = phrases.undo(), (phrases.undo(undo.id),) if undo else ()
    buttons = [offered if button == bare else (button,) for button in reply.buttons]
    return replace(reply, buttons=tuple(chain.from_iterable(buttons)))


def _stamped(before: Book, after: Book, now: datetime) -> Book:
    """Contacts that changed are marked with the time of it."""
    old = {one.id: one for one in before.contacts}
    contacts = tuple(one if old.get(one.id) is one else replace(one, changed=now) for one in after.contacts)
    return replace(after, contacts=contacts)


def undo_of(before: Book, after: Book, command: str) -> Undo | None:
    """What this change replaced, or None when it changed nothing that a member would take back."""
    old = {one.id: one for one in before.contacts}
    changed = tuple(old[one.id] for one in after.contacts if one.id in old and _differs(old[one.id], one))
    added = tuple(one.id for one in after.contacts if one.id not in old)
    same = (before.settings, before.paused_until, before.landed_at) == (
        after.settings,
        after.paused_until,
        after.landed_at,
    )
    if not changed and not added and same:
        return None
    return Undo(
        label=command,
        before=changed,
        added=added,
        settings=before.settings,
        paused_until=before.paused_until,
        landed_at=before.landed_at,
    )


def _differs(old: Outreach, new: Outreach) -> bool:
    return new is not old and replace(new, changed=old.changed, told=old.told) != old


def _pruned(book: Book, now: datetime) -> Book:
    drafts = tuple(one for one in book.drafts if now - one.at < DRAFT_AGE)
    handled = tuple(one for one in book.handled if now - one[1] < HANDLED_AGE)
    return replace(book, drafts=drafts, handled=handled)


def _active(before: Book, after: Book, now: datetime, *, shown: bool) -> Book:
    """Any command or press is an answer to what was asked, and wakes a bot that had gone quiet.

    `shown`: the answer is a card, on which it was told that messages did not arrive; after that they are tried again.
    """
    waiting = any(not sent.answered for sent in after.sent)
    if not waiting and not after.quiet_since and not after.unreachable:
        looked = after == before and now - before.active_at < ACTIVE_STEP
        return after if looked else replace(after, active_at=now)
    door = after.unreachable if not shown else ""
    woken = after.quiet_since or (after.unreachable and not door)
    return replace(
        after,
        active_at=now,
        sent=tuple(replace(sent, answered=True) for sent in after.sent),
        quiet_since=None,
        unreachable=door,
        resumed_at=now if woken else after.resumed_at,
    )
