"""Handlers that give advice: texts to copy, reasons for silence, other contacts, the introducer, feelings."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import BadValue, BadValueReason, NotFound
from bot.domain.model import Channel, Contact, IntroducerAsked, Slot
from bot.handlers.args import Args, HandlerResult
from bot.rules import may_ask_introducer
from bot.rules.context import BookContext
from bot.views import contact as contact_view
from bot.views import member, words_to_copy
from bot.views.contact_changes import contact_change_noted_line
from bot.views.templates import MessageTemplate

FEELINGS = ("okay", "confused", "frustrated", "angry", "upset")


def explain_silence(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(contact_view.contact_silence_card(context, args.contact()))


def suggest_words(context: BookContext, args: Args) -> HandlerResult:
    """Show a text to copy that fits the contact's status. The bot never sends it."""
    channel = args.choice("channel", Channel)
    slot = channel.slot if channel else args.choice("slot", Slot)
    return HandlerResult(
        words_to_copy.follow_up_words_card(context, args.contact(), slot, args.number("other", 0, 9999) or 0)
    )


def suggest_other_contacts(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(contact_view.other_contacts_card(context, args.contact() if args.text("contact") else None))


def _introducer_of(context: BookContext, contact: Contact) -> Contact:
    introducer = context.book.find_contact(contact.introducer_id)
    if introducer is None:
        raise NotFound
    return introducer


def suggest_thanks_to_introducer(context: BookContext, args: Args) -> HandlerResult:
    contact, variant = args.contact(), args.number("other", 0, 9999) or 0
    return HandlerResult(
        words_to_copy.introducer_words_card(
            contact, _introducer_of(context, contact), MessageTemplate.THANK_INTRODUCER, variant
        )
    )


def suggest_question_to_introducer(context: BookContext, args: Args) -> HandlerResult:
    """Show a text to copy for the introducer: allowed once in an episode, after the quota is used."""
    contact, variant = args.contact(), args.number("other", 0, 9999) or 0
    introducer = _introducer_of(context, contact)
    if not may_ask_introducer(context.status_of(contact), contact):
        return HandlerResult(contact_view.stale_contact_button_card(context, contact))
    return HandlerResult(
        words_to_copy.introducer_words_card(contact, introducer, MessageTemplate.ASK_INTRODUCER, variant)
    )


def note_introducer_asked(context: BookContext, args: Args) -> HandlerResult:
    contact = args.contact()
    book = context.book_with_entries(contact, IntroducerAsked(id=context.new_entry_id(), at=context.now))
    after = context.with_book(book)
    return HandlerResult(
        contact_view.contact_card(after, after.current_contact(contact), contact_change_noted_line()), book
    )


def ask_feelings(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(member.feelings_question_card(args.contact()))


def acknowledge_feelings(context: BookContext, args: Args) -> HandlerResult:
    """Answer with an acknowledging line and one thing to do. The feeling is not stored.

    With `how: never`, the bot stops asking.
    """
    contact, feeling = args.contact(), args.text("how")
    if feeling == "never":
        settings = replace(context.book.settings, checkin=False)
        return HandlerResult(member.feelings_question_off_card(), replace(context.book, settings=settings))
    if feeling not in FEELINGS:
        raise BadValue("how", BadValueReason.NOT_A_CHOICE, feeling)
    return HandlerResult(member.feelings_answer_card(context, contact, feeling))
