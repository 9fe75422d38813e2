"""Cards about the member: welcome, pause, landing, how they feel, erasure."""

from __future__ import annotations

from bot.domain.messages import Card, format_line
from bot.domain.model import Contact
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views import phrases
from bot.views.buttons import (
    add_contact_button,
    board_button,
    command_button,
    final_button,
    see_contact_button,
    short_contact_name,
    undo_button,
)


def welcome_card() -> Card:
    return Card(
        lines=(
            format_line(_("Waiting to hear back is hard, and no fault of yours.")),
            format_line(_("Give me one name; I'll track whose turn it is.")),
            format_line(_("I write to none of your contacts; the club sees only what you share.")),
        ),
        buttons=(add_contact_button(), command_button(_("Who can read this?"), "who")),
    )


def member_paused_card(context: BookContext) -> Card:
    until = context.book.paused_until
    calendar = context.clock.calendar
    forever = until is None or until.year > 9000
    first = (
        format_line(_("All right: nothing from me until you say so."))
        if forever or until is None
        else format_line(_("All right: nothing from me until {day}."), day=context.format_day(calendar.day_of(until)))
    )
    return Card(
        lines=(first, format_line(_("Your board stays as it is, and your commands work as ever."))),
        buttons=(command_button(_("Take it up again"), "pause", until="now"), board_button()),
    )


def member_resumed_card() -> Card:
    return Card(
        lines=(
            format_line(_("Welcome back. I'll go on gently; nothing has piled up.")),
            format_line(_("Your board is as you left it.")),
        ),
        buttons=(board_button(), add_contact_button()),
    )


def fewer_messages_card(what: str) -> Card:
    text = (
        _("The patience reminders are off; the dates stay on your board.")
        if what == "patience"
        else _("The weekly message comes once in four weeks now.")
    )
    return Card(
        lines=(format_line(text),),
        buttons=(command_button(_("Settings"), "settings"), board_button(), undo_button()),
    )


def change_undone_card(command: str) -> Card:
    return Card(
        lines=(format_line(_("Taken back: {what}."), what=_undone_change_phrase(command)),),
        buttons=(board_button(), add_contact_button()),
    )


def _undone_change_phrase(command: str) -> str:
    """What a command changed, in a member's words."""
    match command:
        case "add":
            return _("the new contact")
        case "log" | "news":
            return _("the step you noted")
        case "reply":
            return _("the answer you noted")
        case "plan" | "moved":
            return _("the planned call")
        case "held" | "nocall" | "missedcall":
            return _("how the call went")
        case "turn":
            return _("who moves next")
        case "pause" | "keep":
            return _("the pause")
        case "settings" | "fewer" | "feel":
            return _("the change of settings")
        case _:
            return _("your last change")


def member_landed_card(contacts_to_thank: list[Contact], *, in_club: bool = False) -> Card:
    thanks = (
        format_line(
            _("When you have a moment, a thank-you round: {names}."),
            names=phrases.join_names_phrase([contact.name for contact in contacts_to_thank]),
        )
        if contacts_to_thank
        else format_line(_("When you have a moment, thank someone who helped.")),
    )
    return Card(
        lines=(
            format_line(_("How good. May it be a kind place.")),
            format_line(_("Plans are taken off and I go quiet; nothing is shared.")),
            *thanks,
        ),
        buttons=(
            *(
                command_button(
                    _("Thank {name}").format(name=short_contact_name(contact)), "log", contact, courtesy="yes"
                )
                for contact in contacts_to_thank[: 1 if in_club else 2]
            ),
            *((command_button(_("Share good news"), "win"),) if in_club else ()),
            command_button(_("It fell through"), "reopen"),
            undo_button(),
        ),
    )


def landing_fell_through_card() -> Card:
    return Card(
        lines=(
            format_line(_("I'm sorry it did not hold; that's no verdict on you.")),
            format_line(_("Your board is here, as you left it.")),
        ),
        buttons=(board_button(), add_contact_button()),
    )


def feelings_question_card(contact: Contact) -> Card:
    feelings = (
        (_("Okay"), "okay"),
        (_("Confused"), "confused"),
        (_("Frustrated"), "frustrated"),
        (_("Angry"), "angry"),
        (_("Upset"), "upset"),
        (_("Don't ask"), "never"),
    )
    return Card(
        lines=(
            format_line(_("How are you, with {name} on your mind?"), name=contact.name),
            format_line(_("I keep no record of your answer.")),
        ),
        buttons=tuple(command_button(label, "feel", contact, how=how) for label, how in feelings),
    )


def feelings_answer_card(context: BookContext, contact: Contact, feeling: str) -> Card:
    """One line of acknowledgement, and one next step that is not about this contact."""
    acknowledgement = {
        "okay": _("Good to hear."),
        "confused": _("Silence without a reason is confusing; most people would feel so."),
        "frustrated": _("Of course it's frustrating: you did your part and can't do theirs."),
        "angry": _("Anger makes sense here; you gave care and got quiet back."),
        "upset": _("I'm sorry. Being left in the quiet hurts, and it's no fault of yours."),
    }[feeling]
    others = context.suggest_contacts(contact, 1)
    return Card(
        lines=(format_line(acknowledgement), phrases.meanwhile_line(context, contact)),
        buttons=(
            see_contact_button(others[0].contact) if others else add_contact_button(),
            board_button(),
        ),
    )


def feelings_question_off_card() -> Card:
    return Card(lines=(format_line(_("I won't ask again.")),), buttons=(board_button(), undo_button()))


def confirm_forget_card(contact: Contact | None, code: str) -> Card:
    """Erasure is final, so it is confirmed. `contact`: None for the whole book. `code`: see `bot.text.confirmation`."""
    if contact is None:
        return Card(
            lines=(
                format_line(_("This erases your whole book: contacts, notes, plans, settings.")),
                format_line(_("It is final; I can't bring it back.")),
            ),
            buttons=(
                final_button(_("Erase my book"), "forget", code, contact="me"),
                board_button(),
            ),
        )
    return Card(
        lines=(
            format_line(_("This erases {name} and all notes about them."), name=contact.name),
            format_line(_("It is final. Resting keeps everything and is quiet too.")),
        ),
        buttons=(
            final_button(_("Erase {name}").format(name=short_contact_name(contact)), "forget", code, contact),
            command_button(_("Rest {name}").format(name=short_contact_name(contact)), "rest", contact, with_mark=True),
            see_contact_button(contact),
        ),
    )


def data_erased_card(*, whole_book: bool) -> Card:
    text = _("Your book is erased. I wish you well.") if whole_book else _("Erased, with all notes.")
    return Card(lines=(format_line(text),), buttons=(add_contact_button(),) if whole_book else (board_button(),))
