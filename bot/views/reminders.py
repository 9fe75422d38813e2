"""Reminder cards, which come unasked: one card for everything that is due, with the most useful contact first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.messages import Button, Card, Field, Line, format_line
from bot.domain.model import Contact, ReminderItem, ReminderKind, Slot
from bot.rules import measure_basket
from bot.rules.context import BookContext
from bot.text.i18n import _, ngettext
from bot.views import phrases
from bot.views.buttons import (
    add_contact_button,
    board_button,
    command_button,
    contact_menu_button,
    see_contact_button,
    short_contact_name,
    they_wrote_button,
)
from bot.views.plans import call_check_buttons

MAX_NAMED_CONTACTS = 5


def reminder_card(context: BookContext, items: Sequence[ReminderItem], *, is_late: bool) -> Card:
    """The card for the items of an envelope. `is_late`: the card apologises for the delay."""
    first, *rest = items
    card = _reminder_item_card(context, first)
    if is_late and first.kind is not ReminderKind.GOING_QUIET:
        card = replace(card, lines=(format_line(_("Sorry, this comes late: I was away.")), *card.lines[1:]))
    return _with_other_reminders(context, card, rest) if rest else card


def _with_other_reminders(context: BookContext, card: Card, rest: Sequence[ReminderItem]) -> Card:
    """Adds the other items that are due, by name only; details are on the board."""
    names = [contact.name for item in rest if (contact := context.book.find_contact(item.contact_id))]
    fields = [*card.fields]
    if names:
        heading = ngettext("{count} more can wait", "{count} more can wait", len(names)).format(count=len(names))
        fields.append(Field(heading, (phrases.join_names_phrase(names[:MAX_NAMED_CONTACTS]),)))
    if any(item.kind is ReminderKind.BASKET for item in rest):
        fields.append(Field(_("Your week"), _weekly_summary_line(context)))
    return replace(card, fields=tuple(fields), buttons=(*card.buttons[:3], board_button()))


def _reminder_item_card(context: BookContext, item: ReminderItem) -> Card:
    if item.kind is ReminderKind.BASKET:
        return _weekly_reminder_card(context)
    if item.kind is ReminderKind.GOING_QUIET:
        return _goodbye_reminder_card()
    contact = context.book.find_contact(item.contact_id)
    if contact is None:
        raise LookupError(item.kind)  # no name in it, because errors are logged
    match item.kind:
        case ReminderKind.CALL_CHECK:
            return _call_check_reminder_card(contact, str(item.occasion))
        case ReminderKind.PERMISSION:
            return _follow_up_reminder_card(context, contact)
        case ReminderKind.STALEMATE:
            return _stalemate_reminder_card(context, contact)
        case ReminderKind.SNOOZE_OVER:
            return _snoozed_reminder_card(context, contact)
        case _:
            return _patience_reminder_card(context, contact)


def _call_check_reminder_card(contact: Contact, plan_id: str) -> Card:
    return Card(
        lines=(
            format_line(_("I hope your day is going well.")),
            format_line(_("Did your call with {name} happen?"), name=contact.name),
        ),
        buttons=call_check_buttons(contact, plan_id),
    )


def _follow_up_reminder_card(context: BookContext, contact: Contact) -> Card:
    status = context.status_of(contact)
    slot = status.free_slots[0] if status.free_slots else Slot.WRITTEN
    return Card(
        lines=(_silence_comfort_line(contact), phrases.next_step_line(context, contact, status)),
        buttons=(
            command_button(_("Show words"), "words", contact),
            command_button(_("Later"), "snooze", contact),
            command_button(_("I'd rather not"), "rathernot", contact, with_mark=True, slot=str(slot)),
            they_wrote_button(contact),
        ),
    )


def _silence_comfort_line(contact: Contact) -> Line:
    """The first reminder in a silence says that it is no fault of the member's."""
    if any(key.startswith((ReminderKind.PATIENCE, ReminderKind.PERMISSION)) for key in contact.reminded_keys):
        return format_line(_("{name} may have had a full week."), name=contact.name)
    return format_line(_("It's been quiet with {name}, and that's no fault of yours."), name=contact.name)


def _patience_reminder_card(context: BookContext, contact: Contact) -> Card:
    status = context.status_of(contact)
    others = context.suggest_contacts(contact, 1)
    return Card(
        lines=(
            format_line(_("Waiting is hard, and this silence is no fault of yours.")),
            phrases.next_step_line(context, contact, status),
            phrases.meanwhile_line(context, contact),
        ),
        buttons=(
            see_contact_button(others[0].contact) if others else add_contact_button(),
            they_wrote_button(contact),
            command_button(_("Fewer of these"), "fewer", what="patience"),
        ),
    )


def _stalemate_reminder_card(context: BookContext, contact: Contact) -> Card:
    people = context.suggest_contacts(contact)
    third = (
        format_line("{people}.", people=phrases.suggestions_phrase(people))
        if people
        else format_line(_("One new name could be the next door, or your club may know one."))
    )
    pick = command_button(_("Pick someone"), "others", contact) if people else add_contact_button()
    ask = (
        _("Ask the club about {company}").format(company=contact.company[:40]) if contact.company else _("Ask the club")
    )
    return Card(
        lines=(
            format_line(_("It's quiet with {name}; that's no fault of yours."), name=contact.name),
            format_line(_("You reached out kindly, and the door stays open.")),
            third,
        ),
        buttons=(
            pick,
            command_button(ask, "askclub", contact),
            command_button(_("Rest {name}").format(name=short_contact_name(contact)), "rest", contact, with_mark=True),
            contact_menu_button(contact),
        ),
    )


def _snoozed_reminder_card(context: BookContext, contact: Contact) -> Card:
    return Card(
        lines=(
            format_line(_("You asked me to bring {name} up today."), name=contact.name),
            phrases.next_step_line(context, contact, context.status_of(contact)),
        ),
        buttons=(
            command_button(_("Words"), "words", contact),
            command_button(_("Later"), "snooze", contact),
            see_contact_button(contact),
        ),
    )


def _weekly_reminder_card(context: BookContext) -> Card:
    people = context.suggest_contacts(
        measure_basket(context.book, context.now, context.clock.policy).busiest_contact, 1
    )
    widen = (
        format_line(_("However that goes, {name} could be one more."), name=people[0].contact.name)
        if people
        else format_line(_("However that goes, one new name could be another door."))
    )
    buttons: tuple[Button, ...] = (
        add_contact_button(),
        command_button(_("Fewer of these"), "fewer", what="basket"),
    )
    return Card(
        lines=(format_line(_("I hope the week left you some rest.")), _weekly_summary_line(context), widen),
        buttons=(*(see_contact_button(person.contact) for person in people), *buttons),
    )


def _weekly_summary_line(context: BookContext) -> Line:
    spread = measure_basket(context.book, context.now, context.clock.policy)
    touch = ngettext(
        "you're in touch with {count} person", "you're in touch with {count} people", spread.contacts_in_touch
    )
    in_touch = touch.format(count=spread.contacts_in_touch)
    if not spread.step_count or spread.busiest_contact is None:
        return format_line(_("A quiet stretch, which is fine; your board is as you left it."))
    if spread.step_count == 1:
        return format_line(
            _("Your one step in four weeks was about {name}; {in_touch}."),
            name=spread.busiest_contact.name,
            in_touch=in_touch,
        )
    were = ngettext("{most} was about {name}", "{most} were about {name}", spread.busiest_contact_steps)
    return format_line(
        _("Of your {steps} steps in four weeks, {were}; {in_touch}."),
        steps=str(spread.step_count),
        were=format_line(were, most=str(spread.busiest_contact_steps), name=spread.busiest_contact.name),
        in_touch=in_touch,
    )


def _goodbye_reminder_card() -> Card:
    return Card(
        lines=(
            format_line(_("I hope you're well; perhaps I write too much.")),
            format_line(_("I'll stop now, and your board stays as it is.")),
        ),
        buttons=(
            command_button(_("Keep going"), "keep", how="on"),
            command_button(_("Ask again later"), "keep", how="later"),
            command_button(_("Stop"), "keep", how="stop"),
        ),
    )
