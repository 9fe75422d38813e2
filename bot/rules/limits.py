"""How much a book may hold, in sum. What is above a limit already stays and can be used: only growing is refused."""

from __future__ import annotations

from bot.domain.errors import BookLimit, LimitReached
from bot.domain.model import Book, CallOutcome, Closed, Contact, Policy
from bot.rules.fold import read_timeline


def check_book_growth(before: Book, after: Book, policy: Policy) -> None:
    """Raise LimitReached if a change lets the book grow beyond a limit of the policy."""
    if len(after.contacts) > max(policy.max_contacts, len(before.contacts)):
        raise LimitReached(BookLimit.CONTACTS, policy.max_contacts)
    old = {contact.id: contact for contact in before.contacts}
    changed = [(old.get(contact.id), contact) for contact in after.contacts if old.get(contact.id) is not contact]
    for earlier, contact in changed:
        _check_contact_growth(earlier, contact, policy)
    has_grown = any(_has_grown(earlier, contact) for earlier, contact in changed)
    if has_grown and count_entries(after) > policy.max_book_entries:
        raise LimitReached(BookLimit.BOOK_ENTRIES, policy.max_book_entries)


def count_entries(book: Book) -> int:
    return sum(len(contact.entries) for contact in book.contacts)


def _check_contact_growth(before: Contact | None, after: Contact, policy: Policy) -> None:
    limits = {BookLimit.BUSY_RANGES: policy.max_busy_ranges, BookLimit.PLANS: policy.max_open_plans}
    numbers_before = _count_lists(before) if before else {}
    for limit, number in _count_lists(after).items():
        if number > max(limits[limit], numbers_before.get(limit, 0)):
            raise LimitReached(limit, limits[limit], after.id)
    if len(after.entries) > policy.max_contact_entries and _has_grown(before, after):
        raise LimitReached(BookLimit.CONTACT_ENTRIES, policy.max_contact_entries, after.id)


def _count_lists(contact: Contact) -> dict[BookLimit, int]:
    return {
        BookLimit.BUSY_RANGES: len(contact.busy_ranges),
        BookLimit.PLANS: len(read_timeline(contact).plans),
    }


def _has_grown(before: Contact | None, after: Contact) -> bool:
    """Whether entries were added that begin something. The end of a call or of a contact is always taken: once each."""
    added = after.entries[len(before.entries) if before else 0 :]
    is_closed = before is not None and read_timeline(before).closed is not None
    return (is_closed and bool(added)) or not all(isinstance(entry, CallOutcome | Closed) for entry in added)
