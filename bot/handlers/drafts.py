"""Drafts: the values of unfinished commands, stored in the member's book so that a button can refer to them by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.errors import BadValue, BadValueReason, NotFound
from bot.domain.model import Book, Contact, Draft
from bot.handlers.args import Args, ChainedCommand, HandlerResult
from bot.rules.context import BookContext
from bot.text.contact_names import split_name_words, split_words
from bot.text.sanitize import MAX_NAME_CHARS, is_too_long

MAX_DRAFTS = 50  # bounds the book's size; the oldest drafts are removed first


def with_new_draft(context: BookContext, command: str, values: Mapping[str, str]) -> tuple[Book, str]:
    """Return the book with one more draft, and the draft's id."""
    # The values already include those of an earlier draft, which may be removed sooner than this one.
    stored_values = tuple((name, value) for name, value in values.items() if name != "draft")
    draft = Draft(id=context.new_id(12), created_at=context.now, command=command, values=stored_values)
    return replace(context.book, drafts=(*context.book.drafts, draft)[-MAX_DRAFTS:]), draft.id


def without_draft(book: Book, draft_id: str) -> Book:
    """Return the book without the draft; unchanged if `draft_id` is empty."""
    return replace(book, drafts=tuple(draft for draft in book.drafts if draft.id != draft_id)) if draft_id else book


def drafts_about_others(book: Book, contact: Contact) -> tuple[Draft, ...]:
    """Return the drafts that are surely not about a contact: about another one by id, or to add somebody, and without
    a word of the contact's name.
    """
    others = {f"#{other.id}" for other in book.contacts if other.id != contact.id}
    name_words = set(split_name_words(contact.name))
    return tuple(
        draft
        for draft in book.drafts
        if (draft.command == "add" or dict(draft.values).get("contact") in others)
        and name_words.isdisjoint(split_words(" ".join(value for _name, value in draft.values)))
    )


def find_draft(book: Book, draft_id: str) -> Draft:
    """Return the draft. Raises NotFound if it was used, has expired, or is in another member's book."""
    for draft in book.drafts:
        if draft.id == draft_id:
            return draft
    raise NotFound


def resume_draft(context: BookContext, args: Args) -> HandlerResult:
    """Run a draft's command with the missing values added, such as the contact or the time that was meant.

    With `new`, the typed contact is first added to the book, without an attempt.
    """
    draft = find_draft(context.book, args.text("draft"))
    given_values = {name: value for name, value in args.values.items() if name not in ("draft", "new")}
    values = {**dict(draft.values), **given_values}
    if not args.flag("new"):
        # The draft is removed when the command is done, so that the button can be pressed again until then.
        return HandlerResult(ChainedCommand(draft.command, {**values, "draft": draft.id}))
    book = without_draft(context.book, draft.id)
    if not values.get("contact"):
        raise NotFound
    if is_too_long(values["contact"], MAX_NAME_CHARS):
        raise BadValue("contact", BadValueReason.TOO_LONG, values["contact"])
    contact = Contact(id=context.new_id(16), name=values["contact"], added_at=context.now, changed_at=context.now)
    book, values = context.with_book(book).book_with_contact(contact), {**values, "contact": f"#{contact.id}"}
    return HandlerResult(ChainedCommand(draft.command, values), book)
