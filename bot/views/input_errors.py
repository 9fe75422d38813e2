"""Cards for input that cannot be used: one sentence says what is wrong, one how to fix it. Never a reproach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import AmbiguousContact, AmbiguousTime, BadValue, BadValueReason, UnknownContact
from bot.domain.messages import Button, Card, Choose, Line, format_line
from bot.domain.model import Contact
from bot.rules.context import BookContext
from bot.text.command_line import to_command_line
from bot.text.i18n import _
from bot.views.buttons import (
    add_contact_button,
    board_button,
    command_button,
    contact_reference,
    primary_button,
    see_contact_button,
    short_contact_name,
)
from bot.views.member import welcome_card

MAX_CONTACT_BUTTONS = 4


def field_error_text(error: BadValue, *, in_past: bool = False) -> str:
    """The sentence shown beside a form field. `in_past`: the field asks when something happened."""
    if error.limits:
        low, high = error.limits
        return _("Please give a whole number from {low} to {high}.").format(low=low, high=high)
    typed = error.typed if len(error.typed) <= 40 else error.typed[:39] + "…"
    reason = error.reason
    if in_past and reason is BadValueReason.UNCLEAR_TIME:
        reason = BadValueReason.UNCLEAR_PAST_TIME
    return _field_error_texts().get(reason, _("I can't take “{typed}” here.")).format(typed=typed)


def _field_error_texts() -> dict[BadValueReason, str]:
    why = BadValueReason
    return {
        why.UNCLEAR_TIME: _("I can't tell when “{typed}” is. Try “friday”, “in 3 days” or “3 Dec 15:00”."),
        why.UNCLEAR_PAST_TIME: _("I can't tell when “{typed}” was. Try “yesterday”, “friday” or “3 Dec 15:00”."),
        why.HOUR_MISSING: _("Please add the hour to “{typed}”: “friday 15:00” or “3 Dec 3pm”."),
        why.IN_PAST: _("“{typed}” is over already. Try “tomorrow 15:00”, “friday” or “in 3 days”."),
        why.IN_FUTURE: _("“{typed}” is still ahead; I note what happened. Try “yesterday” or “today 9:00”."),
        why.TOO_FAR: _("“{typed}” is too far away for me. Please stay within ten years."),
        why.OWN_INTRODUCER: _("“{typed}” can't be their own introducer. Please name somebody else, or nobody."),
        why.NOT_A_CHOICE: _("“{typed}” is not one of the choices. Please pick one."),
        why.CHANNEL_MISSING: _("How did you reach out then? Please pick one, or leave the day empty."),
        why.NOT_YES_OR_NO: _("Please answer yes or no."),
        why.TOO_LONG: _("That is longer than I can keep. Please shorten it."),
        why.NOT_AN_EMAIL: _("“{typed}” is not an e-mail address that I can read. Try “name@example.org”."),
        why.UNKNOWN_ZONE: _("I don't know the time zone “{typed}”. Try a city, such as “Berlin” or “New York”."),
        why.SEVERAL_ZONES: _("There are several time zones. Try a city, such as one of these: {typed}."),
        why.NAMES_CONTACT: _("It names one of your contacts; their name stays with you."),
        why.AFTER_STAND_IN: _("You stand in until {typed}; please hand over for no longer than that."),
        why.UNCLEAR_HOUR: _("I can't tell which hour “{typed}” is. Try “18:00” or “6pm”."),
        why.NO_CLUB_CHANNEL: _("Please pick the channel, or type it with # in front."),
        why.NO_CLUB_MEMBER: _("Please pick the member, or type their name with @ in front."),
        why.BEFORE_FIRST_DAY: _("“{typed}” is before the first day. Please give the last busy day."),
        why.UNKNOWN_COUNTRY: _("I don't know the country “{typed}”. Try its two letters, such as “US” or “DE”."),
    }


def unknown_contact_card(context: BookContext, error: UnknownContact, draft_id: str, *, may_add: bool) -> Card:
    """No contact has this name: similar ones as buttons and, with `may_add`, an offer to add a new one."""
    similar = [contact for key in error.similar_ids if (contact := context.book.find_contact(key))][
        : MAX_CONTACT_BUTTONS - 2
    ]
    buttons = [_meant_contact_button(contact, error.name, draft_id) for contact in similar]
    typed = error.typed if len(error.typed) <= 40 else error.typed[:39] + "…"
    if may_add:
        buttons.append(
            Button(_("Add {name}").format(name=typed[:24]), to_command_line("resume", draft=draft_id, new="yes"))
        )
    lines = [format_line(_("“{typed}” is not on your board."), typed=typed)]
    if similar and may_add:
        lines.append(format_line(_("Do you mean one of these, or shall I add them?")))
    elif similar or may_add:
        lines.append(format_line(_("Do you mean one of these?") if similar else _("Shall I add them?")))
    return Card(lines=tuple(lines), buttons=(*buttons, board_button()), is_unfinished=True)


def ambiguous_contact_card(context: BookContext, error: AmbiguousContact, draft_id: str) -> Card:
    contacts = [contact for key in error.matching_ids if (contact := context.book.find_contact(key))]
    question = _("There is more than one “{typed}” on your board. Whom do you mean?")
    return _pick_someone_card(
        Card((format_line(question, typed=error.typed[:40]),), is_unfinished=True),
        [_meant_contact_button(contact, error.name, draft_id) for contact in contacts],
    )


def _pick_someone_card(card: Card, acts: Sequence[Button]) -> Card:
    """The card with up to four buttons, which take one tap, or with a choice among more people."""
    if len(acts) <= MAX_CONTACT_BUTTONS:
        return replace(card, buttons=tuple(acts))
    return replace(card, choose=Choose.among(_("Pick someone"), acts))


def _meant_contact_button(contact: Contact, argument: str, draft_id: str) -> Button:
    label = f"{contact.name} ({contact.company})" if contact.company else contact.name
    return Button(label[:40], to_command_line("resume", draft=draft_id, **{argument: contact_reference(contact)}))


def ambiguous_time_card(error: AmbiguousTime, draft_id: str, labels: Sequence[str]) -> Card:
    return Card(
        lines=(format_line(_("“{typed}” can mean two days. Which one?"), typed=error.typed),),
        buttons=tuple(
            Button(label, to_command_line("resume", draft=draft_id, **{error.name: option}))
            for label, option in zip(labels, error.options, strict=True)
        ),
        is_unfinished=True,
    )


def duplicate_contact_card(existing: Contact, draft_id: str) -> Card:
    """A contact of this name exists already: asks before a second one is added."""
    return Card(
        lines=(
            format_line(_("{name} is already on your board."), name=existing.name),
            format_line(_("Is this the same person?")),
        ),
        buttons=(
            see_contact_button(existing),
            command_button(_("I reached out"), "log", existing),
            Button(
                _("Add another {name}").format(name=short_contact_name(existing)),
                to_command_line("resume", draft=draft_id, twin="yes"),
            ),
        ),
        is_unfinished=True,
    )


def unknown_command_lines(typed: str, nearest: str) -> tuple[Line, ...]:
    """The lines above the help."""
    shown = typed if len(typed) <= 40 else typed[:39] + "…"
    first = format_line(_("I don't know “{typed}”."), typed=shown)
    if nearest:
        first = format_line(_("I don't know “{typed}”. Did you mean “{nearest}”?"), typed=shown, nearest=nearest)
    return (first,)


def empty_root_card(root: str) -> Card:
    """For a slash command that the platform lists although it has no subcommand yet."""
    return Card(
        lines=(
            format_line(_("There is nothing under /{root} yet."), root=root),
            format_line(_("All that I do for you is on your board and under Help.")),
        ),
        buttons=(board_button(), command_button(_("Help"), "help")),
    )


def unknown_argument_card(command: str, name: str, nearest: str, *, takes_none: bool) -> Card:
    """`takes_none`: the command has no arguments at all."""
    lines = [format_line(_("“{command}” has no “{name}:”."), command=command, name=name)]
    if nearest:
        lines.append(format_line(_("Did you mean “{nearest}:”?"), nearest=nearest))
    lines.append(format_line(_("Its name alone is enough.") if takes_none else _("If it is text, put it in quotes.")))
    return Card(lines=tuple(lines), buttons=(command_button(_("Help"), "help", topic=command), board_button()))


def input_error_card(text: str) -> Card:
    return Card(lines=((text,),), buttons=(command_button(_("Help"), "help"), board_button()))


def duplicate_argument_card(name: str) -> Card:
    return input_error_card(_("“{name}:” stands there twice; I need it once.").format(name=name))


def unclosed_quote_card() -> Card:
    return input_error_card(_("A quotation mark was opened and not closed. Please close it, or leave it out."))


def not_found_card() -> Card:
    """The same words whether it no longer exists or belongs to another member, so that neither is revealed."""
    return input_error_card(_("I can't find that any more. It may be done already, or gone."))


def nothing_to_undo_card() -> Card:
    return input_error_card(_("I can take back your last change, once; there is none to take back here."))


def text_not_understood_card(context: BookContext, name: str) -> Card:
    """For free text that names no contact. `name`: what may be a new contact's name, or ""."""
    if name:
        add_button = Button(_("Add {name}").format(name=name[:24]), to_command_line("add", contact=name[:60]))
        question = format_line(_("Shall I add {name} to your board?"), name=name[:60])
        return Card(lines=(question,), buttons=(add_button, board_button()), is_unfinished=True)
    if not context.book.contacts:
        return welcome_card()
    recent_contacts = sorted(context.book.contacts, key=lambda contact: contact.changed_at, reverse=True)
    return Card(
        lines=(
            format_line(_("I'm here; names and a few words are what I understand.")),
            format_line(_("Whom is it about?")),
        ),
        buttons=(
            *(see_contact_button(contact) for contact in recent_contacts[:2]),
            add_contact_button(),
            board_button(),
        ),
    )


def offer_quiet_card() -> Card:
    """For free text that asks for quiet, or for another hour or zone."""
    return Card(
        lines=(format_line(_("Shall I be quiet for a while, or write at another hour?")),),
        buttons=(
            command_button(_("Two quiet weeks"), "pause", until="in 2 weeks"),
            command_button(_("Reminders"), "settings", section="reminders"),
            command_button(_("Change my zone"), "settings", section="place"),
            board_button(),
        ),
        is_unfinished=True,
    )


def confirm_typed_command_card(typed: str, draft_id: str) -> Card:
    """For free text that reads like a command: nothing changes before a button is pressed."""
    shown = typed if len(typed) <= 60 else typed[:59] + "…"
    return Card(
        lines=(format_line(_("You wrote: “{typed}”."), typed=shown), format_line(_("Shall I do that?"))),
        buttons=(primary_button(_("Yes, please"), "resume", draft=draft_id), board_button()),
        is_unfinished=True,
    )


def which_contact_card(people: Sequence[Contact]) -> Card:
    """For free text that names more than one contact."""
    return _pick_someone_card(
        Card((format_line(_("Whose card shall I open?")),)), [see_contact_button(person) for person in people]
    )
