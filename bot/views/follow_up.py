"""Cards about follow-ups: the kind brake, one that is too early, one that is declined."""

from __future__ import annotations

from bot.domain.messages import Card, Line, format_line
from bot.domain.model import Contact, Slot
from bot.rules import BrakeReason, ContactStatus, Stage, may_write_with_news
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views import phrases
from bot.views.buttons import add_contact_button, command_button, see_contact_button, undo_button


def follow_up_warning_card(context: BookContext, contact: Contact, brake: BrakeReason, draft_id: str) -> Card:
    """The kind brake: shown before an attempt that is too soon or too much, which the member may still log.
    `draft_id`: the draft that keeps what they typed.
    """
    status = context.status_of(contact)
    buttons = [
        command_button(_("Show others"), "others", contact),
        command_button(_("They wrote to me"), "reply", contact),
    ]
    if may_write_with_news(status, context.now, context.clock.policy):
        buttons.append(command_button(_("There is real news"), "news", contact, with_mark=True, draft=draft_id))
    buttons.append(command_button(_("Log it anyway"), "log", contact, with_mark=True, draft=draft_id, anyway="yes"))
    return Card(
        lines=(
            format_line(_("Wanting to try again makes sense.")),
            _follow_up_warning_line(context, contact, status, brake),
            _other_contacts_line(context, contact),
        ),
        buttons=tuple(buttons),
        is_unfinished=True,
    )


def _follow_up_warning_line(context: BookContext, contact: Contact, status: ContactStatus, brake: BrakeReason) -> Line:
    name = contact.name
    match brake:
        case BrakeReason.TOO_SOON if status.patient_until and status.free_slots:
            soon = _("{name} may be busy; {what} is welcome from {day}.")
            return format_line(
                soon,
                name=name,
                what=phrases.slot_phrase_with_article(status.free_slots[0]),
                day=context.format_day(status.patient_until),
            )
        case BrakeReason.SLOT_USED if status.stage is Stage.MAY_FOLLOW_UP:
            used = _("{name} has your {used}; {what} is still okay.")
            return format_line(
                used,
                name=name,
                used=_follow_ups_used_phrase(status),
                what=phrases.slot_phrase_with_article(status.free_slots[0]),
            )
        case BrakeReason.SLOT_USED | BrakeReason.QUOTA_USED:
            return format_line(
                _("{name} has your {used}; more may feel like pressure."),
                name=name,
                used=_follow_ups_used_phrase(status) or _("message"),
            )
        case BrakeReason.CLOSED:
            return format_line(_("{name} is closed on your board; a pause may be kinder."), name=name)
        case _:
            return format_line(_("{name} is resting; a fresh reason and some weeks make it easier."), name=name)


def _follow_ups_used_phrase(status: ContactStatus) -> str:
    """The follow-ups that were really sent, such as "e-mail and your call"."""
    episode = status.thread.episode
    sent = [phrases.slot_phrase(slot) for slot in Slot if episode and slot in episode.used_slots]
    return _(" and your ").join(sent)


def _other_contacts_line(context: BookContext, contact: Contact) -> Line:
    people = [other.contact.name for other in context.suggest_contacts(contact, 2)]
    if not people:
        return format_line(_("One new name could be a lighter step."))
    if len(people) == 1:
        return format_line(_("{name} is on your board too."), name=people[0])
    return format_line(_("{names} are on your board too."), names=phrases.join_names_phrase(people))


def follow_up_too_early_card(context: BookContext, contact: Contact) -> Card:
    status = context.status_of(contact)
    day = status.patient_until or context.today
    if status.free_slots:
        welcome_line = format_line(
            _("{name} may be busy; {what} is welcome from {day}."),
            name=contact.name,
            what=phrases.slot_phrase_with_article(status.free_slots[0]),
            day=context.format_day(day),
        )
    else:
        welcome_line = format_line(
            _("{name} has heard from you; nothing to do until {day}."),
            name=contact.name,
            day=context.format_day(day),
        )
    others = context.suggest_contacts(contact, 1)
    return Card(
        lines=(format_line(_("Not knowing is hard.")), welcome_line, phrases.meanwhile_line(context, contact)),
        buttons=(
            see_contact_button(others[0].contact) if others else add_contact_button(),
            command_button(_("They wrote to me"), "reply", contact),
        ),
    )


def follow_up_declined_card(context: BookContext, contact: Contact, slot: Slot) -> Card:
    """After [I'd rather not]."""
    status = context.status_of(contact)
    return Card(
        lines=(
            format_line(
                _("That's fine: no {what} to {name}, and nothing owed."),
                what=phrases.slot_phrase(slot),
                name=contact.name,
            ),
            phrases.next_step_line(context, contact, status),
            phrases.meanwhile_line(context, contact),
        ),
        buttons=(
            command_button(_("Someone else"), "others", contact),
            see_contact_button(contact),
            undo_button(),
        ),
    )
