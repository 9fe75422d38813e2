"""A contact's time line, as their card shows it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.messages import Field, Line, format_line
from bot.domain.model import (
    Attempt,
    Away,
    CallOutcome,
    CallResult,
    Closed,
    Contact,
    Entry,
    IntroducerAsked,
    NextMove,
    Party,
    Plan,
    ReplyKind,
    ReplyReceived,
    Resumed,
    SetAside,
    SlotDeclined,
    Snoozed,
)
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views import phrases

MAX_TIMELINE_ENTRIES = 8


def contact_timeline_fields(context: BookContext, contact: Contact) -> Iterator[Field]:
    """The newest entries, oldest first."""
    entries = sorted(contact.entries, key=lambda entry: entry.at)[-MAX_TIMELINE_ENTRIES:]
    for entry in entries:
        note = format_line(" – {note}", note=entry.note) if entry.note else ()
        yield Field(
            context.format_day(context.clock.calendar.day_of(entry.at)), (*_timeline_entry_line(context, entry), *note)
        )


def _timeline_entry_line(context: BookContext, entry: Entry) -> Line:
    match entry:
        case Attempt() if entry.news:
            return format_line(
                _("you: {how}, with news: {news}"), how=phrases.channel_phrase(entry.channel), news=entry.news
            )
        case Attempt():
            return format_line(_("you: {how}"), how=phrases.channel_phrase(entry.channel))
        case Plan():
            return format_line(_("call planned for {at}"), at=context.to_instant(entry.starts_at))
        case Away():
            return format_line(_("away until {day}"), day=context.format_day(entry.last_day))
        case Snoozed():
            return format_line(_("left until {day}"), day=context.format_day(entry.until))
        case NextMove() if entry.party is Party.CONTACT and entry.promised_day:
            return format_line(_("they move next, by {day}"), day=context.format_day(entry.promised_day))
        case _:
            return format_line(_timeline_entry_phrase(entry))


def _timeline_entry_phrase(entry: Entry) -> str:
    match entry:
        case ReplyReceived():
            return {
                ReplyKind.ANSWER: _("they: an answer"),
                ReplyKind.REFERRAL: _("they: a referral"),
                ReplyKind.NO: _("they: a no"),
            }[entry.reply_kind]
        case NextMove():
            return {
                Party.MEMBER: _("you move next"),
                Party.CONTACT: _("they move next"),
                Party.NOBODY: _("nothing more"),
            }[entry.party]
        case CallOutcome():
            return {
                CallResult.HELD: _("the call happened"),
                CallResult.NO_CALL: _("the call did not happen"),
                CallResult.MOVED: _("the call was moved"),
                CallResult.MISSED: _("you missed the call"),
            }[entry.result]
        case SlotDeclined():
            return _("{what} left out, as you chose").format(what=phrases.slot_phrase(entry.slot))
        case SetAside():
            return _("set aside")
        case Closed():
            return _("closed: {why}").format(why=phrases.close_reason_phrase(entry.reason))
        case IntroducerAsked():
            return _("asked the introducer whether all is well")
        case Resumed() | _:
            return _("taken up again")
