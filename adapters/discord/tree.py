"""What the bot is to Discord: its commands, computed from the one table, and who answers when they are used."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextvars import copy_context
from keyword import iskeyword
from typing import Any, Protocol

import discord
import structlog
from discord import app_commands

from adapters.common.text import clipped, one_line, short
from adapters.discord.api import told
from adapters.discord.inbound import called
from adapters.discord.language import Language, described
from adapters.discord.option import Option, Suggested, is_suggested
from bot.commands import COMMANDS, ROOTS, Arg, Command, Takes
from bot.domain.errors import TryLater, Uncertain, Undeliverable
from bot.domain.messages import Choice
from bot.faults import report
from bot.text.i18n import speak

# Discord docs, Application Commands: choices of one option, characters of a choice.
CHOICES = 25
CHOICE = 100

MENU = "Log as outreach"
SUMMARIES = {
    "outreach": "Whose turn it is with your contacts, and what is kind to do next",
    "club": "Your job club",
}

# Everywhere: in a server, in the bot's direct messages, and wherever a member who installed it for themselves writes.
CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
INSTALLS = app_commands.AppInstallationType(guild=True, user=True)
# A club is a server that the bot was added to, and its members use it in their direct messages, too.
CLUB_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
CLUB_INSTALLS = app_commands.AppInstallationType(guild=True, user=False)

Json = dict[str, Any]
log = structlog.get_logger(__name__)


class Reception(Protocol):
    """Who answers. What is raised in `command` and `menu` comes to `stumbled`; what is raised there, to the host."""

    async def command(self, interaction: discord.Interaction, name: str, values: dict[str, str]) -> object:
        """A command was called, with the options that were given."""

    async def suggest(self, interaction: discord.Interaction, name: str, arg: str, typed: str) -> Sequence[Choice]:
        """What could be meant by what is typed so far."""

    async def menu(self, interaction: discord.Interaction, message: discord.Message) -> object:
        """[Log as outreach] was chosen on a message."""

    async def stumbled(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> object:
        """A command is not known as it was called: Discord showed an older one. Or it failed: `CommandInvokeError`."""


class Tree(app_commands.CommandTree[discord.Client]):
    """The commands as the library keeps them; its words about a fault are never logged: they may quote a person."""

    def __init__(
        self, client: discord.Client, reception: Reception, suggested: Mapping[tuple[str, ...], Command]
    ) -> None:
        super().__init__(client, allowed_contexts=CONTEXTS, allowed_installs=INSTALLS)
        self._reception = reception
        self._suggested = suggested

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
        try:
            await self._reception.stumbled(interaction, error)
        except Exception as fault:
            report(fault)

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Commands go on. Suggestions are answered here, also those for an option that only an older tree has.

        The library would leave these without an answer, and log what goes wrong with any in its own words.
        """
        if interaction.type is not discord.InteractionType.autocomplete:
            return True
        found = await self._found(interaction)
        try:
            await told(interaction.response.autocomplete(found))
        except (TryLater, Uncertain, Undeliverable) as trouble:
            # Mostly that the person typed on; Discord then asks anew.
            log.debug("suggestions did not arrive", why=str(trouble))
        return False

    async def _found(self, interaction: discord.Interaction) -> list[app_commands.Choice[str]]:
        said = called(interaction.data)
        row = self._suggested.get(said.words)
        if row is None or not any(arg.name == said.focused and is_suggested(row, arg) for arg in row.args):
            return []
        try:
            typed = said.given.get(said.focused, "")
            return offered(await self._reception.suggest(interaction, row.name, said.focused, typed))
        except Exception as fault:
            report(fault)
            return []


def tree(client: discord.Client, reception: Reception, commands: Sequence[Command] = COMMANDS) -> Tree:
    """The client's commands: a root with rows that are not hidden is a group of them, and a menu of messages.

    A client has one tree; discord.py's `ClientException` is raised for a second.
    """
    # In the words of the code, whatever language this task speaks: the translations are sent beside them.
    return copy_context().run(_tree, client, reception, [row for row in commands if not row.hidden])


async def payload(of: app_commands.CommandTree[Any]) -> list[Json]:
    """All commands as Discord gets them."""
    language = Language()
    return [await one.get_translated_payload(of, language) for one in of.get_commands()]


def offered(found: Iterable[Choice]) -> list[app_commands.Choice[str]]:
    """Choices that Discord takes: 25 at most, none empty, no value twice, each as long as it may be."""
    unique: dict[str, str] = {}
    for one in found:
        value = one_line(one.value)
        value = value if len(value) <= CHOICE else clipped(value, CHOICE)
        if value:
            unique.setdefault(value, short(one.label.strip() or value, CHOICE))
    return [app_commands.Choice(name=name, value=value) for value, name in list(unique.items())[:CHOICES]]


def asked(row: Command) -> tuple[Arg, ...]:
    """The arguments that a person can give, those first that are needed."""
    return tuple(sorted((arg for arg in row.args if arg.takes is not Takes.UNSEEN), key=lambda arg: not arg.required))


def _tree(client: discord.Client, reception: Reception, rows: Sequence[Command]) -> Tree:
    speak("")
    made = Tree(client, reception, {(row.root, row.name): row for row in rows})
    for root in ROOTS:
        own = [_command(row, reception) for row in rows if row.root == root]
        if own:
            made.add_command(_group(root, own))
    made.add_command(app_commands.ContextMenu(name=MENU, callback=_on_message(reception)))
    return made


def _group(root: str, commands: Iterable[app_commands.Command[Any, ..., Any]]) -> app_commands.Group:
    club: Json = {"allowed_contexts": CLUB_CONTEXTS, "allowed_installs": CLUB_INSTALLS} if root == "club" else {}
    group = app_commands.Group(name=root, description=SUMMARIES[root], **club)
    for command in commands:
        group.add_command(command)
    return group


def _command(row: Command, reception: Reception) -> app_commands.Command[Any, ..., Any]:
    return app_commands.Command(name=row.name, description=row.summary, callback=_called(row, reception))


def _called(row: Command, reception: Reception) -> Callable[..., Coroutine[Any, Any, None]]:
    """What the library calls; it reads the options from the signature."""
    args = asked(row)
    known = {arg.name for arg in args}
    names = {_parameter_name(arg): arg.name for arg in args}

    async def run(interaction: discord.Interaction, **options: str | None) -> None:
        # The library drops what it does not know, and a person would wait for what they said.
        if isinstance(interaction.command, app_commands.Command) and not called(interaction.data).given.keys() <= known:
            raise app_commands.CommandSignatureMismatch(interaction.command)
        given = {names[name]: value for name, value in options.items() if value is not None}
        await reception.command(interaction, row.name, given)

    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction)
    run.__signature__ = inspect.Signature([first, *(_parameter(row, arg) for arg in args)])  # type: ignore[attr-defined]
    told_of = app_commands.describe(**{_parameter_name(arg): described(arg.ask, arg.hint) for arg in args})
    return app_commands.rename(**names)(told_of(run))


def _parameter_name(arg: Arg) -> str:
    """Python keeps some words, such as “from”, for itself."""
    return f"{arg.name}_" if iskeyword(arg.name) else arg.name


def _parameter(row: Command, arg: Arg) -> inspect.Parameter:
    option = Suggested(arg) if is_suggested(row, arg) else Option(arg)
    default = inspect.Parameter.empty if arg.required else None
    return inspect.Parameter(_parameter_name(arg), inspect.Parameter.KEYWORD_ONLY, default=default, annotation=option)


def _on_message(reception: Reception) -> Callable[[discord.Interaction, discord.Message], Coroutine[Any, Any, None]]:
    async def chosen(interaction: discord.Interaction, message: discord.Message) -> None:
        await reception.menu(interaction, message)

    return chosen
