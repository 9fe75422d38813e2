"""What could not be done, said so that it can be mended. One sentence of what, one of how; never a reproach."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import AmbiguousContact, AmbiguousTime, BadValue, UnknownContact
from bot.domain.messages import Button, Card, Line, format_line
from bot.domain.model import Contact
from bot.rules.context import BookContext
from bot.text.command_line import to_command_line
from bot.text.i18n import _
from bot.views import phrases
from bot.views.member import welcome_card

MAX_CONTACT_BUTTONS = 4


def field_error_text(error: BadValue, *, in_past: bool = False) -> str:
    """The sentence that stands beside a field. `over`: it asks when something happened."""
    reason, *limits = error.reason.split() if error.reason.startswith("number") else [error.reason]
    if limits:
        return _("Please give a whole number from {low} to {high}.").format(low=limits[0], high=limits[1])
    typed = error.typed if len(error.typed) <= 40 else error.typed[:39] + "…"
    if in_past and reason == "unclear time":
        reason = "unclear past"
    return _field_error_texts().get(reason, _("I can't take “{typed}” here.")).format(typed=typed)


def _field_error_texts() -> dict[str, str]:
    return {
        "unclear time": _("I can't tell when “{typed}” is. Try “friday”, “in 3 days” or “3 Dec 15:00”."),
        "unclear past": _("I can't tell when “{typed}” was. Try “yesterday”, “friday” or “3 Dec 15:00”."),
        "needs an hour": _("Please add the hour to “{typed}”: “friday 15:00” or “3 Dec 3pm”."),
        "past": _("“{typed}” is over already. Try “tomorrow 15:00”, “friday” or “in 3 days”."),
        "future": _("“{typed}” is still ahead; I note what happened. Try “yesterday” or “today 9:00”."),
        "too far": _("“{typed}” is too far away for me. Please stay within ten years."),
        "themselves": _("“{typed}” can't be their own introducer. Please name somebody else, or nobody."),
        "not a choice": _("“{typed}” is not one of the choices. Please pick one."),
        "reached how": _("How did you reach out then? Please pick one, or leave the day empty."),
        "yes or no": _("Please answer yes or no."),
        "too long": _("That is longer than I can keep. Please shorten it."),
        "e-mail": _("“{typed}” is not an e-mail address that I can read. Try “name@example.org”."),
        "zone": _("I don't know the time zone “{typed}”. Try a city, such as “Berlin” or “New York”."),
        "zones": _("There are several time zones. Try a city, such as one of these: {typed}."),
        "names": _("It names one of your contacts; their name stays with you."),
        "stands in": _("You stand in until {typed}; please hand over for no longer than that."),
        "hour": _("I can't tell which hour “{typed}” is. Try “18:00” or “6pm”."),
        "channel": _("Please pick the channel, or type it with # in front."),
        "member": _("Please pick the member, or type their name with @ in front."),
        "before it begins": _("“{typed}” is before the first day. Please give the last busy day."),
        "country": _("I don't know the country “{typed}”. Try its two letters, such as “US” or “DE”."),
    }


def unknown_contact_card(context: BookContext, error: UnknownContact, draft_id: str, *, may_add: bool) -> Card:
    """Somebody who is not on the board, or not by this name: look-alikes as buttons, and the offer to `add` them."""
    close = [one for key in error.similar_ids if (one := context.book.find_contact(key))][: MAX_CONTACT_BUTTONS - 2]
    buttons = [_meant_contact_button(one, error.name, draft_id) for one in close]
    typed = error.typed if len(error.typed) <= 40 else error.typed[:39] + "…"
    if may_add:
        buttons.append(
            Button(_("Add {name}").format(name=typed[:24]), to_command_line("resume", draft=draft_id, new="yes"))
        )
    lines = [format_line(_("“{typed}” is not on your board."), typed=typed)]
    if close and may_add:
        lines.append(format_line(_("Do you mean one of these, or shall I add them?")))
    elif close or may_add:
        lines.append(format_line(_("Do you mean one of these?") if close else _("Shall I add them?")))
    return Card(lines=tuple(lines), buttons=(*buttons, phrases.board_button()), is_unfinished=True)


def ambiguous_contact_card(context: BookContext, error: AmbiguousContact, draft_id: str) -> Card:
    people = [one for key in error.matching_ids if (one := context.book.find_contact(key))][:MAX_CONTACT_BUTTONS]
    return Card(
        lines=(
            format_line(_("There is more than one “{typed}” on your board. Whom do you mean?"), typed=error.typed[:40]),
        ),
        buttons=tuple(_meant_contact_button(person, error.name, draft_id) for person in people),
        is_unfinished=True,
    )


def _meant_contact_button(contact: Contact, argument: str, draft_id: str) -> Button:
    label = f"{contact.name} ({contact.company})" if contact.company else contact.name
    return Button(
        label[:40], to_command_line("resume", draft=draft_id, **{argument: phrases.contact_reference(contact)})
    )


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
    """A second contact of the same name: never made by accident."""
    return Card(
        lines=(
            format_line(_("{name} is already on your board."), name=existing.name),
            format_line(_("Is this the same person?")),
        ),
        buttons=(
            phrases.see_contact_button(existing),
            phrases.command_button(_("I reached out"), "log", existing),
            Button(
                _("Add another {name}").format(name=phrases.short_contact_name(existing)),
                to_command_line("resume", draft=draft_id, twin="yes"),
            ),
        ),
        is_unfinished=True,
    )


def unknown_command_lines(typed: str, nearest: str) -> tuple[Line, ...]:
    """What stands above the help."""
    said = typed if len(typed) <= 40 else typed[:39] + "…"
    first = format_line(_("I don't know “{typed}”."), typed=said)
    if nearest:
        first = format_line(_("I don't know “{typed}”. Did you mean “{nearest}”?"), typed=said, nearest=nearest)
    return (first,)


def empty_root_card(root: str) -> Card:
    """A slash command that the platform shows and that has nothing under it yet."""
    return Card(
        lines=(
            format_line(_("There is nothing under /{root} yet."), root=root),
            format_line(_("All that I do for you is on your board and under Help.")),
        ),
        buttons=(phrases.board_button(), phrases.command_button(_("Help"), "help")),
    )


def unknown_argument_card(command: str, name: str, nearest: str, *, takes_none: bool) -> Card:
    """`alone`: the command takes nothing at all."""
    lines = [format_line(_("“{command}” has no “{name}:”."), command=command, name=name)]
    if nearest:
        lines.append(format_line(_("Did you mean “{nearest}:”?"), nearest=nearest))
    lines.append(format_line(_("Its name alone is enough.") if takes_none else _("If it is text, put it in quotes.")))
    return Card(
        lines=tuple(lines), buttons=(phrases.command_button(_("Help"), "help", topic=command), phrases.board_button())
    )


def input_error_card(text: str) -> Card:
    return Card(lines=((text,),), buttons=(phrases.command_button(_("Help"), "help"), phrases.board_button()))


def duplicate_argument_card(name: str) -> Card:
    return input_error_card(_("“{name}:” stands there twice; I need it once.").format(name=name))


def unclosed_quote_card() -> Card:
    return input_error_card(_("A quotation mark was opened and not closed. Please close it, or leave it out."))


def not_found_card() -> Card:
    """For what is gone and for what was never this member's: the same words."""
    return input_error_card(_("I can't find that any more. It may be done already, or gone."))


def nothing_to_undo_card() -> Card:
    return input_error_card(_("I can take back your last change, once; there is none to take back here."))


def board_full_card(max_contacts: int) -> Card:
    """A board that has no room for one more."""
    return Card(
        lines=(
            format_line(
                _("Your board holds {number} people, and that is all I can look after well."),
                number=f"{max_contacts:,}",
            ),
            format_line(_("Is there someone you could let go? “forget” makes room.")),
        ),
        buttons=(phrases.board_button(), phrases.command_button(_("Help"), "help", topic="forget")),
    )


def text_not_understood_card(context: BookContext, name: str) -> Card:
    """Plain words in which nobody of the board is named. `name`: they may be the name of somebody new."""
    if name:
        add = Button(_("Add {name}").format(name=name[:24]), to_command_line("add", contact=name[:60]))
        asked = format_line(_("Shall I add {name} to your board?"), name=name[:60])
        return Card(lines=(asked,), buttons=(add, phrases.board_button()), is_unfinished=True)
    if not context.book.contacts:
        return welcome_card()
    lately = sorted(context.book.contacts, key=lambda one: one.changed_at, reverse=True)
    return Card(
        lines=(
            format_line(_("I'm here; names and a few words are what I understand.")),
            format_line(_("Whom is it about?")),
        ),
        buttons=(
            *(phrases.see_contact_button(one) for one in lately[:2]),
            phrases.add_contact_button(),
            phrases.board_button(),
        ),
    )


def offer_quiet_card() -> Card:
    """Plain words that ask for quiet, or for another clock."""
    return Card(
        lines=(format_line(_("Shall I be quiet for a while, or write at another hour?")),),
        buttons=(
            phrases.command_button(_("Two quiet weeks"), "pause", until="in 2 weeks"),
            phrases.command_button(_("Reminders"), "settings", section="reminders"),
            phrases.command_button(_("Change my zone"), "settings", section="place"),
            phrases.board_button(),
        ),
        is_unfinished=True,
    )


def confirm_typed_command_card(typed: str, draft_id: str) -> Card:
    """Plain words that read like a command: nothing is changed before a button is pressed."""
    said = typed if len(typed) <= 60 else typed[:59] + "…"
    return Card(
        lines=(format_line(_("You wrote: “{typed}”."), typed=said), format_line(_("Shall I do that?"))),
        buttons=(Button(_("Yes, please"), to_command_line("resume", draft=draft_id)), phrases.board_button()),
        is_unfinished=True,
    )


def which_contact_card(people: Sequence[Contact]) -> Card:
    """Plain words that name more than one contact."""
    return Card(
        lines=(format_line(_("Whose card shall I open?")),),
        buttons=tuple(phrases.see_contact_button(person) for person in people[:MAX_CONTACT_BUTTONS]),
    )
