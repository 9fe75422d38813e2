"""The one table of commands. Parser, help, forms, Discord's tree, Slack's wiring and `docs/commands.md` come from it.

A command is one row here, one handler, one view. Hidden rows serve buttons: they are absent from help.
"""

from bot.commands import club, outreach
from bot.commands.row import COMMAND_ROOTS, IMPLICIT_ARGS, Argument, ArgumentKind, Command

__all__ = ["COMMANDS", "COMMANDS_BY_NAME", "COMMAND_ROOTS", "IMPLICIT_ARGS", "Argument", "ArgumentKind", "Command"]

COMMANDS: tuple[Command, ...] = (*outreach.OUTREACH_COMMANDS, *club.CLUB_COMMANDS)
COMMANDS_BY_NAME = {command.name: command for command in COMMANDS}
