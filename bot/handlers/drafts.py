"""Drafts: what was typed and is not done yet, kept in its owner's book so that a button can carry its id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.errors import BadValue, BadValueReason, NotFound
from bot.domain.model import Book, Contact, Draft
from bot.handlers.args import Args, ChainedCommand, HandlerResult
from bot.rules.context import BookContext
from bot.text.sanitize import MAX_NAME_CHARS, is_too_long

MAX_DRAFTS = 50  # a flood of half-typed commands must not swell the book; the oldest go first


def with_new_draft(context: BookContext, command: str, values: Mapping[str, str]) -> tuple[Book, str]:
    """The book with one more draft, and the draft's id."""
    # What an earlier draft held is among the values by now; that draft may be gone sooner than this one.
    kept = tuple((name, value) for name, value in values.items() if name != "draft")
    draft = Draft(id=context.new_id(12), created_at=context.now, command=command, values=kept)
    return replace(context.book, drafts=(*context.book.drafts, draft)[-MAX_DRAFTS:]), draft.id


def without_draft(book: Book, draft_id: str) -> Book:
    """The book when the draft was used."""
    return replace(book, drafts=tuple(draft for draft in book.drafts if draft.id != draft_id)) if draft_id else book


def find_draft(book: Book, draft_id: str) -> Draft:
    """Raises `NotFound` when it was used, is too old, or belongs to somebody else."""
    for draft in book.drafts:
        if draft.id == draft_id:
            return draft
    raise NotFound


def resume_draft(context: BookContext, args: Args) -> HandlerResult:
    """Run a drafted command with what was missing: the contact that was meant, the time that was meant.

    With `new`, the contact that was typed is added first, kept for later.
    """
    draft = find_draft(context.book, args.text("draft"))
    said = {name: value for name, value in args.values.items() if name not in ("draft", "new")}
    values = {**dict(draft.values), **said}
    if not args.flag("new"):
        # It goes when the command is done, so that a button can be pressed again until then.
        return HandlerResult(ChainedCommand(draft.command, {**values, "draft": draft.id}))
    book = without_draft(context.book, draft.id)
    if not values.get("contact"):
        raise NotFound
    if is_too_long(values["contact"], MAX_NAME_CHARS):
        raise BadValue("contact", BadValueReason.TOO_LONG, values["contact"])
    one = Contact(id=context.new_id(16), name=values["contact"], added_at=context.now, changed_at=context.now)
    book, values = context.with_book(book).with_contact(one), {**values, "contact": f"#{one.id}"}
    return HandlerResult(ChainedCommand(draft.command, values), book)
