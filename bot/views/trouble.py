"""Cards for trouble that the member did not cause: failures on our side, and limits of the platforms."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Card, Field, format_line
from bot.text.i18n import _
from bot.views.buttons import add_contact_button, board_button, command_button
from bot.views.input_errors import input_error_card


def book_not_saved_card() -> Card:
    card = input_error_card(_("I couldn't save that just now, and nothing was changed. Please try again in a moment."))
    return replace(card, beside_pressed_card=True)


def book_busy_card() -> Card:
    card = input_error_card(_("Your book was busy at this moment, and nothing was changed. Please try again."))
    return replace(card, beside_pressed_card=True)


def book_unreadable_card() -> Card:
    return Card(
        lines=(
            format_line(_("I'm sorry: your book can't be opened right now.")),
            format_line(_("Nothing was thrown away. Your host has been told.")),
        )
    )


def club_unreadable_card() -> Card:
    return Card(
        lines=(
            format_line(_("I'm sorry: your club can't be opened right now. Your board is as it was.")),
            format_line(_("Nothing was thrown away. Your host has been told.")),
        ),
        buttons=(board_button(),),
    )


def internal_error_card(reference: str) -> Card:
    """An unexpected error; nothing was saved. `reference`: what the host can find in the log."""
    return Card(
        lines=(
            format_line(_("I'm sorry, something went wrong on my side. Nothing was changed.")),
            format_line(_("If it happens again, tell your host this: {reference}."), reference=reference),
        ),
        buttons=(board_button(),),
        beside_pressed_card=True,
    )


def please_wait_card() -> Card:
    """Shown while a command takes longer than usual."""
    return Card(lines=(format_line(_("One moment, please.")),))


def too_many_commands_card() -> Card:
    """For a member whose commands come faster than a hand can type."""
    line = format_line(_("One thing at a time, please; I'm still here."))
    return Card(lines=(line,), buttons=(board_button(),), beside_pressed_card=True)


def text_only_card() -> Card:
    """For a file or picture that came without text."""
    return Card(
        lines=(format_line(_("I can read words only; what came with them I leave unopened.")),),
        buttons=(board_button(), add_contact_button()),
    )


def outdated_command_card() -> Card:
    """For a command that a platform still lists as it was before the bot changed."""
    return Card(
        lines=(
            format_line(_("My commands have changed, and yours is an older one.")),
            format_line(_("In a minute it will be new; the buttons work now.")),
        ),
        buttons=(board_button(), add_contact_button(), command_button(_("Help"), "help")),
    )


def with_undeliverable_notice(card: Card, platform: str) -> Card:
    """Adds that the platform refused messages: nothing is lost, and how to allow them."""
    text = _("I could not write to you here. Nothing is lost; I'll try again.")
    if platform == "discord":
        text = _(
            "I could not write to you: your direct messages are closed to me. Nothing is lost. To open them: the name "
            "of our server, Privacy Settings, Direct Messages."
        )
    return replace(card, fields=(*card.fields, Field("", format_line(text))))


def wrong_workspace_card() -> Card:
    """For a member of another workspace. The bot serves only one."""
    return Card(
        lines=(
            format_line(_("I belong to another workspace, and keep nothing here.")),
            format_line(_("If you'd like me in yours, please ask its owner.")),
        )
    )
