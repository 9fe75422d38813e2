"""Who can read a member's book: a card, and the lines for what the host and the platform can see."""

from __future__ import annotations

from bot.domain.messages import Card, Line, format_line
from bot.text.i18n import _
from bot.views.buttons import board_button, command_button


def book_readers_card(host: str, platform: str) -> Card:
    """Who can read a member's book."""
    return Card(
        lines=(
            host_access_line(host),
            platform_access_line(platform),
            format_line(_("Other members never see your contacts.")),
        ),
        buttons=(board_button(), command_button(_("Forget me"), "forget", contact="me")),
    )


def host_access_line(host: str) -> Line:
    if host:
        return format_line(_("{host} hosts this bot and can open its store."), host=host)
    return format_line(_("Whoever hosts this bot can open its store."))


def platform_access_line(platform: str) -> Line:
    if platform == "discord":
        return format_line(_("Server owners cannot read what we write privately; Discord itself can."))
    return format_line(_("The owners of this workspace may be able to export messages."))
