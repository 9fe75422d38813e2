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

from adapters.common.text import shorten_to_single_line, to_single_line, truncate_at_grapheme
from adapters.discord.api import translate_discord_errors
from adapters.discord.inbound import parse_called_discord_command
from adapters.discord.language import DiscordCommandTranslator, build_option_description
from adapters.discord.option import AutocompletedDiscordOption, DiscordCommandOption, is_autocompleted_option
from bot.commands import COMMAND_ROOTS, COMMANDS, Argument, ArgumentKind, Command
from bot.domain.errors import DeliveryUncertain, TryLater, Undeliverable
from bot.domain.messages import Choice
from bot.faults import report_fault
from bot.text.i18n import set_language

# Discord docs, Application Commands: choices of one option, characters of a choice.
MAX_DISCORD_CHOICES = 25
MAX_DISCORD_CHOICE_CHARS = 100

MESSAGE_MENU_NAME = "Log as outreach"
COMMAND_GROUP_DESCRIPTIONS = {
    "outreach": "Whose turn it is with your contacts, and what is kind to do next",
    "club": "Your job club",
}

# Everywhere: in a server, in the bot's direct messages, and wherever a member who installed it for themselves writes.
DEFAULT_COMMAND_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
DEFAULT_COMMAND_INSTALLS = app_commands.AppInstallationType(guild=True, user=True)
# A club is a server that the bot was added to, and its members use it in their direct messages, too.
CLUB_COMMAND_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
CLUB_COMMAND_INSTALLS = app_commands.AppInstallationType(guild=True, user=False)

DiscordJson = dict[str, Any]
log = structlog.get_logger(__name__)


class DiscordCommandListener(Protocol):
    """Who answers. What is raised in `command` and `menu` comes to `stumbled`; what is raised there, to the host."""

    async def on_command(self, interaction: discord.Interaction, command_name: str, values: dict[str, str]) -> object:
        """A command was called, with the options that were given."""

    async def suggest_choices(
        self, interaction: discord.Interaction, command_name: str, arg_name: str, typed: str
    ) -> Sequence[Choice]:
        """What could be meant by what is typed so far."""

    async def on_message_menu(self, interaction: discord.Interaction, message: discord.Message) -> object:
        """[Log as outreach] was chosen on a message."""

    async def on_command_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> object:
        """A command is not known as it was called: Discord showed an older one. Or it failed: `CommandInvokeError`."""


class DiscordCommandTree(app_commands.CommandTree[discord.Client]):
    """The commands as the library keeps them; its words about a fault are never logged: they may quote a person."""

    def __init__(
        self,
        client: discord.Client,
        listener: DiscordCommandListener,
        commands_by_words: Mapping[tuple[str, ...], Command],
    ) -> None:
        super().__init__(client, allowed_contexts=DEFAULT_COMMAND_CONTEXTS, allowed_installs=DEFAULT_COMMAND_INSTALLS)
        self._command_listener = listener
        self._commands_by_words = commands_by_words

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
        try:
            await self._command_listener.on_command_error(interaction, error)
        except Exception as fault:
            report_fault(fault)

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Commands go on. Suggestions are answered here, also those for an option that only an older tree has.

        The library would leave these without an answer, and log what goes wrong with any in its own words.
        """
        if interaction.type is not discord.InteractionType.autocomplete:
            return True
        found = await self._find_suggestions(interaction)
        try:
            await translate_discord_errors(interaction.response.autocomplete(found))
        except (TryLater, DeliveryUncertain, Undeliverable) as trouble:
            # Mostly that the person typed on; Discord then asks anew.
            log.debug("suggestions did not arrive", why=str(trouble))
        return False

    async def _find_suggestions(self, interaction: discord.Interaction) -> list[app_commands.Choice[str]]:
        said = parse_called_discord_command(interaction.data)
        row = self._commands_by_words.get(said.words)
        if row is None or not any(
            arg.name == said.focused_option and is_autocompleted_option(row, arg) for arg in row.arguments
        ):
            return []
        try:
            typed = said.option_values.get(said.focused_option, "")
            return to_discord_choices(
                await self._command_listener.suggest_choices(interaction, row.name, said.focused_option, typed)
            )
        except Exception as fault:
            report_fault(fault)
            return []


def build_discord_command_tree(
    client: discord.Client, listener: DiscordCommandListener, commands: Sequence[Command] = COMMANDS
) -> DiscordCommandTree:
    """The client's commands: a root with rows that are not hidden is a group of them, and a menu of messages.

    A client has one tree; discord.py's `ClientException` is raised for a second.
    """
    # In the words of the code, whatever language this task speaks: the translations are sent beside them.
    return copy_context().run(
        _build_untranslated_command_tree, client, listener, [row for row in commands if not row.is_hidden]
    )


async def build_discord_commands_payload(tree: app_commands.CommandTree[Any]) -> list[DiscordJson]:
    """All commands as Discord gets them."""
    language = DiscordCommandTranslator()
    return [await command.get_translated_payload(tree, language) for command in tree.get_commands()]


def to_discord_choices(choices: Iterable[Choice]) -> list[app_commands.Choice[str]]:
    """Choices that Discord takes: 25 at most, none empty, no value twice, each as long as it may be."""
    unique: dict[str, str] = {}
    for choice in choices:
        value = to_single_line(choice.value)
        value = (
            value if len(value) <= MAX_DISCORD_CHOICE_CHARS else truncate_at_grapheme(value, MAX_DISCORD_CHOICE_CHARS)
        )
        if value:
            unique.setdefault(value, shorten_to_single_line(choice.label.strip() or value, MAX_DISCORD_CHOICE_CHARS))
    return [app_commands.Choice(name=name, value=value) for value, name in list(unique.items())[:MAX_DISCORD_CHOICES]]


def ordered_option_arguments(row: Command) -> tuple[Argument, ...]:
    """The arguments that a person can give, those first that are needed."""
    return tuple(
        sorted((arg for arg in row.arguments if arg.kind is not ArgumentKind.HIDDEN), key=lambda arg: not arg.required)
    )


def _build_untranslated_command_tree(
    client: discord.Client, listener: DiscordCommandListener, rows: Sequence[Command]
) -> DiscordCommandTree:
    set_language("")
    made = DiscordCommandTree(client, listener, {(row.root, row.name): row for row in rows})
    for root in COMMAND_ROOTS:
        own = [_build_discord_command(row, listener) for row in rows if row.root == root]
        if own:
            made.add_command(_build_discord_command_group(root, own))
    made.add_command(app_commands.ContextMenu(name=MESSAGE_MENU_NAME, callback=_build_message_menu_callback(listener)))
    return made


def _build_discord_command_group(
    root: str, commands: Iterable[app_commands.Command[Any, ..., Any]]
) -> app_commands.Group:
    club: DiscordJson = (
        {"allowed_contexts": CLUB_COMMAND_CONTEXTS, "allowed_installs": CLUB_COMMAND_INSTALLS} if root == "club" else {}
    )
    group = app_commands.Group(name=root, description=COMMAND_GROUP_DESCRIPTIONS[root], **club)
    for command in commands:
        group.add_command(command)
    return group


def _build_discord_command(row: Command, listener: DiscordCommandListener) -> app_commands.Command[Any, ..., Any]:
    return app_commands.Command(
        name=row.name, description=row.summary, callback=_build_discord_command_callback(row, listener)
    )


def _build_discord_command_callback(
    row: Command, listener: DiscordCommandListener
) -> Callable[..., Coroutine[Any, Any, None]]:
    """What the library calls; it reads the options from the signature."""
    args = ordered_option_arguments(row)
    known = {arg.name for arg in args}
    names = {_discord_option_parameter_name(arg): arg.name for arg in args}

    async def run(interaction: discord.Interaction, **options: str | None) -> None:
        # The library drops what it does not know, and a person would wait for what they said.
        if (
            isinstance(interaction.command, app_commands.Command)
            and not parse_called_discord_command(interaction.data).option_values.keys() <= known
        ):
            raise app_commands.CommandSignatureMismatch(interaction.command)
        given = {names[name]: value for name, value in options.items() if value is not None}
        await listener.on_command(interaction, row.name, given)

    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction)
    run.__signature__ = inspect.Signature([first, *(_discord_option_parameter(row, arg) for arg in args)])  # type: ignore[attr-defined]
    told_of = app_commands.describe(
        **{_discord_option_parameter_name(arg): build_option_description(arg.question, arg.hint) for arg in args}
    )
    return app_commands.rename(**names)(told_of(run))


def _discord_option_parameter_name(arg: Argument) -> str:
    """Python keeps some words, such as “from”, for itself."""
    return f"{arg.name}_" if iskeyword(arg.name) else arg.name


def _discord_option_parameter(row: Command, arg: Argument) -> inspect.Parameter:
    option = AutocompletedDiscordOption(arg) if is_autocompleted_option(row, arg) else DiscordCommandOption(arg)
    default = inspect.Parameter.empty if arg.required else None
    return inspect.Parameter(
        _discord_option_parameter_name(arg), inspect.Parameter.KEYWORD_ONLY, default=default, annotation=option
    )


def _build_message_menu_callback(
    listener: DiscordCommandListener,
) -> Callable[[discord.Interaction, discord.Message], Coroutine[Any, Any, None]]:
    async def chosen(interaction: discord.Interaction, message: discord.Message) -> None:
        await listener.on_message_menu(interaction, message)

    return chosen
