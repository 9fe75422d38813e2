"""Cards with words to copy, for a contact or an introducer, and which follow-up sending them uses."""

from __future__ import annotations

from bot.domain.messages import Button, Card, Line, format_line
from bot.domain.model import Channel, Contact, Slot
from bot.rules import ContactStatus, Stage
from bot.rules.context import BookContext
from bot.text.command_line import to_command_line
from bot.text.i18n import _
from bot.views import phrases
from bot.views.buttons import add_contact_button, command_button, contact_reference, short_contact_name
from bot.views.follow_up import follow_up_too_early_card
from bot.views.templates import CALL_TEMPLATES, MessageTemplate, choose_template, render_template


def follow_up_words_card(context: BookContext, contact: Contact, slot: Slot | None = None, version: int = 0) -> Card:
    """Words to copy that fit the contact's status, and which follow-up sending them uses."""
    status = context.status_of(contact)
    if status.stage is Stage.THEIR_TURN:
        return follow_up_too_early_card(context, contact)
    if status.stage in (Stage.SOMEONE_ELSE, Stage.RESTING, Stage.CLOSED):
        return _words_for_others_card(context, contact)
    if slot not in status.free_slots and status.stage is Stage.MAY_FOLLOW_UP:
        slot = None  # words for a used slot would propose another attempt
    template, about_name = _with_introduction(context, contact, choose_template(contact, status, slot))
    sent_buttons = _words_sent_buttons(contact, status, template)
    slot_value = {"slot": str(slot)} if slot else {}
    other_words_button = Button(
        _("Other words"),
        to_command_line("words", contact=contact_reference(contact), other=str(version + 1), **slot_value),
    )
    return Card(
        lines=(_words_opening_line(contact, template), *_words_cost_lines(status, template)),
        quote=render_template(template, contact.name, version, about_name),
        buttons=(*sent_buttons, other_words_button, command_button(_("Not now"), "show", contact)),
    )


def _with_introduction(
    context: BookContext, contact: Contact, template: MessageTemplate
) -> tuple[MessageTemplate, str]:
    """Between introduced contacts, a first hello thanks the introducer or names them."""
    if template is not MessageTemplate.FIRST_HELLO:
        return template, ""
    if introduced := next((other for other in context.book.contacts if other.introducer_id == contact.id), None):
        return MessageTemplate.THANK_INTRODUCER, introduced.name
    if introducer := context.book.find_contact(contact.introducer_id):
        return MessageTemplate.INTRODUCED_HELLO, introducer.name
    return template, ""


def reschedule_words_card(context: BookContext, contact: Contact) -> Card:
    """After a planned call that did not happen: words for the same day, and which follow-up sending them uses."""
    card = follow_up_words_card(context, contact)
    first = format_line(_("I'm sorry; something may have come up for {name}."), name=contact.name)
    return Card(lines=(first, *card.lines[1:]), quote=card.quote, buttons=card.buttons)


def _words_for_others_card(context: BookContext, contact: Contact) -> Card:
    others = context.suggest_contacts(contact, 2)
    return Card(
        lines=(
            phrases.next_step_line(context, contact, context.status_of(contact)),
            phrases.meanwhile_line(context, contact),
        ),
        buttons=(
            *(
                command_button(
                    _("Words for {name}").format(name=short_contact_name(other.contact)), "words", other.contact
                )
                for other in others
            ),
            command_button(_("They wrote to me"), "reply", contact),
            add_contact_button(),
        ),
    )


def _words_opening_line(contact: Contact, template: MessageTemplate) -> Line:
    return format_line(
        {
            MessageTemplate.THANK_INTRODUCER: _("Words of thanks for {name}, to copy and make your own:"),
            MessageTemplate.INTRODUCED_HELLO: _("Words for a first hello to {name}, to copy and make your own:"),
            MessageTemplate.FIRST_HELLO: _("Words for a first hello to {name}, to copy and make your own:"),
            MessageTemplate.CALL_AFTER_EXCHANGE: _("Words for one call or voicemail to {name}:"),
            MessageTemplate.CALL_NEVER_ANSWERED: _("Words for one call or voicemail to {name}:"),
            MessageTemplate.RESCHEDULE: _("Words to ask {name} for another day:"),
            MessageTemplate.MISSED_CALL_APOLOGY: _("These things happen. Words of apology for {name}:"),
            MessageTemplate.CONTINUE_EXCHANGE: _("Words for {name}, to copy and make your own:"),
        }.get(template, _("Words for one kind e-mail to {name}:")),
        name=contact.name,
    )


def _words_cost_lines(status: ContactStatus, template: MessageTemplate) -> tuple[Line, ...]:
    """Which follow-up sending these words uses."""
    if status.stage is not Stage.MAY_FOLLOW_UP:
        return (
            (format_line(_("Sending them uses none of your follow-ups.")),)
            if template is MessageTemplate.MISSED_CALL_APOLOGY
            else ()
        )
    if template is MessageTemplate.RESCHEDULE and len(status.free_slots) == len(Slot):
        return (format_line(_("A call or voicemail uses your call; an e-mail uses your e-mail.")),)
    return (
        format_line(_("Sending them uses your {what}."), what=phrases.slot_phrase(_slot_of_template(status, template))),
    )


def _slot_of_template(status: ContactStatus, template: MessageTemplate) -> Slot:
    if template in CALL_TEMPLATES:
        return Slot.PHONE
    return Slot.PHONE if template is MessageTemplate.RESCHEDULE and Slot.PHONE in status.free_slots else Slot.WRITTEN


def _words_sent_buttons(contact: Contact, status: ContactStatus, template: MessageTemplate) -> tuple[Button, ...]:
    if template is MessageTemplate.THANK_INTRODUCER:  # a thank-you expects no reply
        return (command_button(_("I e-mailed it"), "log", contact, with_mark=True, channel="email", courtesy="yes"),)
    if status.stage is not Stage.MAY_FOLLOW_UP:
        return (_words_sent_button(contact, Channel.EMAIL, _("I e-mailed it")),)
    if template is MessageTemplate.RESCHEDULE:
        by_slot = {
            Slot.PHONE: _words_sent_button(contact, Channel.VOICEMAIL, _("I sent it: uses my call")),
            Slot.WRITTEN: _words_sent_button(contact, Channel.EMAIL, _("I e-mailed it: uses my e-mail")),
        }
        return tuple(button for slot, button in by_slot.items() if slot in status.free_slots)
    if template in CALL_TEMPLATES:
        return (_words_sent_button(contact, Channel.PHONE, _("I called: uses my call")),)
    return (_words_sent_button(contact, Channel.EMAIL, _("I sent it: uses my e-mail")),)


def _words_sent_button(contact: Contact, channel: Channel, label: str) -> Button:
    return command_button(label, "log", contact, with_mark=True, channel=str(channel))


def introducer_words_card(contact: Contact, introducer: Contact, template: MessageTemplate, version: int) -> Card:
    """Words for the introducer: thanks, or the question whether the contact is well."""
    thanks = template is MessageTemplate.THANK_INTRODUCER
    text = _("Words of thanks for {name}: a second bridge.") if thanks else _("Words to ask {name}, once and lightly:")
    verb = "thank" if thanks else "askintroducer"
    sent_button = (
        command_button(
            _("I e-mailed it"), "log", introducer, with_mark=True, channel=str(Channel.EMAIL), courtesy="yes"
        )
        if thanks
        else command_button(_("I asked"), "askedintroducer", contact, with_mark=True)
    )
    return Card(
        lines=(format_line(text, name=introducer.name), format_line(_("They use none of your follow-ups."))),
        quote=render_template(template, introducer.name, version, about_name=contact.name),
        buttons=(
            sent_button,
            command_button(_("Other words"), verb, contact, other=str(version + 1)),
            command_button(_("Not now"), "show", contact),
        ),
    )
