"""Words to copy, why, someone else, the introducer, and how the member is."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import BadValue, NotFound
from bot.domain.model import Channel, IntroducerAsked, Outreach, Slot
from bot.handlers.args import Answer, Args
from bot.rules import may_ask_introducer
from bot.rules.context import Desk
from bot.views import contact, follow_up, member
from bot.views.templates import Letter

FEELINGS = ("okay", "confused", "frustrated", "angry", "upset")


def why(desk: Desk, args: Args) -> Answer:
    return Answer(contact.why(desk, args.contact()))


def letter(desk: Desk, args: Args) -> Answer:
    """Words to copy for how things stand; never sent by the bot."""
    channel = args.choice("channel", Channel)
    slot = channel.slot if channel else args.choice("slot", Slot)
    return Answer(follow_up.letter(desk, args.contact(), slot, args.number("other", 0, 9999) or 0))


def others(desk: Desk, args: Args) -> Answer:
    return Answer(contact.others(desk, args.contact() if args.text("contact") else None))


def _introducer(desk: Desk, one: Outreach) -> Outreach:
    introducer = desk.book.contact(one.via)
    if introducer is None:
        raise NotFound
    return introducer


def thank(desk: Desk, args: Args) -> Answer:
    one, other = args.contact(), args.number("other", 0, 9999) or 0
    return Answer(follow_up.introducer_letter(one, _introducer(desk, one), Letter.THANKS, other))


def ask_introducer(desk: Desk, args: Args) -> Answer:
    """Once an episode, after the quota."""
    one, other = args.contact(), args.number("other", 0, 9999) or 0
    introducer = _introducer(desk, one)
    if not may_ask_introducer(desk.stands(one), one):
        return Answer(contact.stale(desk, one))
    return Answer(follow_up.introducer_letter(one, introducer, Letter.INTRODUCER, other))


def asked_introducer(desk: Desk, args: Args) -> Answer:
    one = args.contact()
    book = desk.noted(one, IntroducerAsked(id=desk.entry_id(), at=desk.now))
    after = desk.with_book(book)
    return Answer(contact.show(after, after.kept(one), contact.noted()), book)


def check_in(desk: Desk, args: Args) -> Answer:
    return Answer(member.checkin(args.contact()))


def feel(desk: Desk, args: Args) -> Answer:
    """One acknowledging line and one doable thing. The feeling itself is not kept."""
    one, how = args.contact(), args.text("how")
    if how == "never":
        settings = replace(desk.book.settings, checkin=False)
        return Answer(member.never_asked(), replace(desk.book, settings=settings))
    if how not in FEELINGS:
        raise BadValue("how", "not a choice", how)
    return Answer(member.felt(desk, one, how))
