"""What is decided of one invocation: the `Decision`, and notices that are added to its card. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.messages import Card, Response
from bot.domain.model import Book, Club
from bot.rules.context import BookContext
from bot.views import settings, trouble


@dataclass(frozen=True, slots=True)
class Decision:
    """The response to an invocation, with the changes to save before it is shown."""

    response: Response
    #: None: the book is unchanged.
    book: Book | None = None
    #: None: the club is unchanged.
    club: Club | None = None
    #: The name of the command that ran, for the label of an undo.
    command: str = ""
    #: The change cannot be undone.
    is_final: bool = False
    #: The whole book is to be erased.
    erase_book: bool = False
    #: The book is to be saved twice, so that its previous generation does not keep what was erased.
    scrub_previous: bool = False

    @property
    def has_changes(self) -> bool:
        """Whether the decision changes anything but the time of the last activity."""
        return self.erase_book or self.book is not None or self.club is not None


def with_notices(context: BookContext, decision: Decision) -> Decision:
    """The decision with what the member should read once beside it, whatever the response is about."""
    return _with_unreachable_notice(context, _with_assumed_zone_notice(context, decision))


def _with_assumed_zone_notice(context: BookContext, decision: Decision) -> Decision:
    """Name the assumed zone in the first response that shows a time or starts a wait.

    A wait ends with a message at an hour of that zone, even if the response shows only a day.
    """
    book, reply = decision.book or context.book, decision.response
    is_zone_known = book.settings.zone or book.profile.zone or book.zone_announced
    if is_zone_known or decision.erase_book or not isinstance(reply, Card):
        return decision
    starts_wait = decision.book is not None and any(record.entries for record in decision.book.contacts)
    if not reply.has_instants and not starts_wait:
        return decision
    return replace(
        decision, response=settings.with_zone_notice(reply, context), book=replace(book, zone_announced=True)
    )


def _with_unreachable_notice(context: BookContext, decision: Decision) -> Decision:
    """Add the notice that messages do not reach the member, and the remedy, to the response, which is private."""
    reply = decision.response
    if not context.book.unreachable_reason or decision.erase_book or not isinstance(reply, Card):
        return decision
    return replace(decision, response=trouble.with_undeliverable_notice(reply, context.book.owner.platform))
