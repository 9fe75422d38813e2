"""The one table of commands. Parser, help, forms, Discord's tree, Slack's wiring and `docs/commands.md` use it.

A command is one row here, one handler and one view. Hidden commands are for buttons only and do not appear in help.
"""

from bot.commands import club, outreach, outreach_buttons
from bot.commands.row import CLUB_ROOT, COMMAND_ROOTS, CONFIRMATION_ARGS, IMPLICIT_ARGS, Argument, ArgumentKind, Command

__all__ = [
    "CLUB_ROOT",
    "COMMANDS",
    "COMMANDS_BY_NAME",
    "COMMAND_ROOTS",
    "CONFIRMATION_ARGS",
    "IMPLICIT_ARGS",
    "Argument",
    "ArgumentKind",
    "Command",
]

COMMANDS: tuple[Command, ...] = (
    *outreach.OUTREACH_COMMANDS,
    *outreach_buttons.OUTREACH_BUTTON_COMMANDS,
    *club.CLUB_COMMANDS,
)
COMMANDS_BY_NAME = {command.name: command for command in COMMANDS}
