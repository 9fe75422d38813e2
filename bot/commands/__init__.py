"""The one table of commands. Parser, help, forms, Discord's tree, Slack's wiring and `docs/commands.md` come from it.

A command is one row here, one handler, one view. Hidden rows serve buttons: they are absent from help.
"""

from bot.commands import club, outreach
from bot.commands.row import CARRIED, ROOTS, Arg, Command, Takes

__all__ = ["BY_NAME", "CARRIED", "COMMANDS", "ROOTS", "Arg", "Command", "Takes"]

COMMANDS: tuple[Command, ...] = (*outreach.ROWS, *club.ROWS)
BY_NAME = {command.name: command for command in COMMANDS}
