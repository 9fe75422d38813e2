"""What is said when nothing is wrong with what was typed: trouble on our side, or something that platforms bring."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Card, Field, line
from bot.text.i18n import _
from bot.views import phrases
from bot.views.input_errors import plain


def not_saved() -> Card:
    said = plain(_("I couldn't save that just now, and nothing was changed. Please try again in a moment."))
    return replace(said, aside=True)


def busy() -> Card:
    said = plain(_("Your book was busy at this moment, and nothing was changed. Please try again."))
    return replace(said, aside=True)


def damaged() -> Card:
    return Card(
        lines=(
            line(_("I'm sorry: your book can't be opened right now.")),
            line(_("Nothing was thrown away. Your host has been told.")),
        )
    )


def club_unreadable() -> Card:
    return Card(
        lines=(
            line(_("I'm sorry: your club can't be opened right now. Your board is as it was.")),
            line(_("Nothing was thrown away. Your host has been told.")),
        ),
        buttons=(phrases.board(),),
    )


def apology(reference: str) -> Card:
    """Something broke on our side; nothing was saved. `reference` is what the host finds in the log."""
    return Card(
        lines=(
            line(_("I'm sorry, something went wrong on my side. Nothing was changed.")),
            line(_("If it happens again, tell your host this: {reference}."), reference=reference),
        ),
        buttons=(phrases.board(),),
        aside=True,
    )


def one_moment() -> Card:
    """Shown while something takes longer than usual."""
    return Card(lines=(line(_("One moment, please.")),))


def one_at_a_time() -> Card:
    """For somebody whose commands come faster than a hand can type."""
    said = line(_("One thing at a time, please; I'm still here."))
    return Card(lines=(said,), buttons=(phrases.board(),), aside=True)


def only_words() -> Card:
    """For a file or a picture that came without a word."""
    return Card(
        lines=(line(_("I can read words only; what came with them I leave unopened.")),),
        buttons=(phrases.board(), phrases.add_someone()),
    )


def older_command() -> Card:
    """For a command that a platform still shows as it was before the bot changed."""
    return Card(
        lines=(
            line(_("My commands have changed, and yours is an older one.")),
            line(_("In a minute it will be new; the buttons work now.")),
        ),
        buttons=(phrases.board(), phrases.add_someone(), phrases.press(_("Help"), "help")),
    )


def with_closed_door(card: Card, platform: str) -> Card:
    """The card with a word on messages that the platform refused: nothing is lost, and how to let them in."""
    told = _("I could not write to you here. Nothing is lost; I'll try again.")
    if platform == "discord":
        told = _(
            "I could not write to you: your direct messages are closed to me. Nothing is lost. To open them: the name "
            "of our server, Privacy Settings, Direct Messages."
        )
    return replace(card, fields=(*card.fields, Field("", line(told))))


def elsewhere() -> Card:
    """For somebody of another workspace: this bot serves one alone."""
    return Card(
        lines=(
            line(_("I belong to another workspace, and keep nothing here.")),
            line(_("If you'd like me in yours, please ask its owner.")),
        )
    )
