"""Drafts: what was typed and is not done yet, kept in its owner's book so that a button can carry its id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.errors import BadValue, NotFound
from bot.domain.model import Book, Draft, Outreach
from bot.handlers.args import Again, Answer, Args
from bot.rules.context import Desk
from bot.text.sanitize import NAME, too_long

MOST = 50  # a flood of half-typed commands must not swell the book; the oldest go first


def keep(desk: Desk, command: str, values: Mapping[str, str]) -> tuple[Book, str]:
    """The book with one more draft, and the draft's id."""
    # What an earlier draft held is among the values by now; that draft may be gone sooner than this one.
    kept = tuple((name, value) for name, value in values.items() if name != "draft")
    draft = Draft(id=desk.new_id(12), at=desk.now, command=command, values=kept)
    return replace(desk.book, drafts=(*desk.book.drafts, draft)[-MOST:]), draft.id


def without(book: Book, draft: str) -> Book:
    """The book when the draft was used."""
    return replace(book, drafts=tuple(one for one in book.drafts if one.id != draft)) if draft else book


def find(book: Book, draft: str) -> Draft:
    """Raises `NotFound` when it was used, is too old, or belongs to somebody else."""
    for one in book.drafts:
        if one.id == draft:
            return one
    raise NotFound


def resume(desk: Desk, args: Args) -> Answer:
    """Run a drafted command with what was missing: the contact that was meant, the time that was meant.

    With `new`, the contact that was typed is added first, kept for later.
    """
    draft = find(desk.book, args.text("draft"))
    said = {name: value for name, value in args.values.items() if name not in ("draft", "new")}
    values = {**dict(draft.values), **said}
    if not args.flag("new"):
        # It goes when the command is done, so that a button can be pressed again until then.
        return Answer(Again(draft.command, {**values, "draft": draft.id}))
    book = without(desk.book, draft.id)
    if not values.get("contact"):
        raise NotFound
    if too_long(values["contact"], NAME):
        raise BadValue("contact", "too long", values["contact"])
    one = Outreach(id=desk.new_id(16), name=values["contact"], added=desk.now, changed=desk.now)
    book, values = desk.with_book(book).put(one), {**values, "contact": f"#{one.id}"}
    return Answer(Again(draft.command, values), book)
