"""Words to copy, why, someone else, the introducer, and how the member is."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import BadValue, BadValueReason, NotFound
from bot.domain.model import Channel, Contact, IntroducerAsked, Slot
from bot.handlers.args import Args, HandlerResult
from bot.rules import may_ask_introducer
from bot.rules.context import BookContext
from bot.views import contact, follow_up, member
from bot.views.templates import MessageTemplate

FEELINGS = ("okay", "confused", "frustrated", "angry", "upset")


def explain_silence(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(contact.contact_silence_card(context, args.contact()))


def suggest_words(context: BookContext, args: Args) -> HandlerResult:
    """Words to copy for how things stand; never sent by the bot."""
    channel = args.choice("channel", Channel)
    slot = channel.slot if channel else args.choice("slot", Slot)
    return HandlerResult(
        follow_up.follow_up_words_card(context, args.contact(), slot, args.number("other", 0, 9999) or 0)
    )


def suggest_other_contacts(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(contact.other_contacts_card(context, args.contact() if args.text("contact") else None))


def _introducer_of(context: BookContext, contact: Contact) -> Contact:
    introducer = context.book.find_contact(contact.introducer_id)
    if introducer is None:
        raise NotFound
    return introducer


def suggest_thanks_to_introducer(context: BookContext, args: Args) -> HandlerResult:
    one, other = args.contact(), args.number("other", 0, 9999) or 0
    return HandlerResult(
        follow_up.introducer_words_card(one, _introducer_of(context, one), MessageTemplate.THANK_INTRODUCER, other)
    )


def suggest_question_to_introducer(context: BookContext, args: Args) -> HandlerResult:
    """Once an episode, after the quota."""
    one, other = args.contact(), args.number("other", 0, 9999) or 0
    introducer = _introducer_of(context, one)
    if not may_ask_introducer(context.status_of(one), one):
        return HandlerResult(contact.stale_contact_button_card(context, one))
    return HandlerResult(follow_up.introducer_words_card(one, introducer, MessageTemplate.ASK_INTRODUCER, other))


def note_introducer_asked(context: BookContext, args: Args) -> HandlerResult:
    one = args.contact()
    book = context.with_entries(one, IntroducerAsked(id=context.new_entry_id(), at=context.now))
    after = context.with_book(book)
    return HandlerResult(
        contact.contact_card(after, after.current_contact(one), contact.contact_change_noted_line()), book
    )


def ask_feelings(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(member.feelings_question_card(args.contact()))


def acknowledge_feelings(context: BookContext, args: Args) -> HandlerResult:
    """One acknowledging line and one doable thing. The feeling itself is not kept."""
    one, how = args.contact(), args.text("how")
    if how == "never":
        settings = replace(context.book.settings, checkin=False)
        return HandlerResult(member.feelings_question_off_card(), replace(context.book, settings=settings))
    if how not in FEELINGS:
        raise BadValue("how", BadValueReason.NOT_A_CHOICE, how)
    return HandlerResult(member.feelings_answer_card(context, one, how))
