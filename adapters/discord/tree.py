"""The bot's commands on Discord, generated from the command table, and the listener that they call."""

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
from bot.logs import report_fault
from bot.text.i18n import set_language

# Discord docs, Application Commands: choices of one option, and characters of a choice.
MAX_DISCORD_CHOICES = 25
MAX_DISCORD_CHOICE_CHARS = 100

MESSAGE_MENU_NAME = "Log as outreach"
COMMAND_GROUP_DESCRIPTIONS = {
    "outreach": "Whose turn it is with your contacts, and what is kind to do next",
    "club": "Your job club",
}

# In servers, in the bot's direct messages, and wherever a member who installed the app for themselves writes.
DEFAULT_COMMAND_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
DEFAULT_COMMAND_INSTALLS = app_commands.AppInstallationType(guild=True, user=True)
# A club is a server that the bot has joined; its members use the commands in their direct messages, too.
CLUB_COMMAND_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
CLUB_COMMAND_INSTALLS = app_commands.AppInstallationType(guild=True, user=False)

DiscordJson = dict[str, Any]
log = structlog.get_logger(__name__)


class DiscordCommandListener(Protocol):
    """Responds to commands. Exceptions of `on_command` and `on_message_menu` are passed to `on_command_error`."""

    async def on_command(self, interaction: discord.Interaction, command_name: str, values: dict[str, str]) -> object:
        """A command was called, with the options that were given."""

    async def suggest_choices(
        self, interaction: discord.Interaction, command_name: str, arg_name: str, typed: str
    ) -> Sequence[Choice]:
        """Suggestions for what is typed so far."""

    async def on_message_menu(self, interaction: discord.Interaction, message: discord.Message) -> object:
        """[Log as outreach] was chosen on a message."""

    async def on_command_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> object:
        """A command failed (`CommandInvokeError`), or Discord showed an outdated form of it (any other error)."""


class DiscordCommandTree(app_commands.CommandTree[discord.Client]):
    """The library's command tree. The library's own error messages are never logged: they may quote a member."""

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
        """True for commands, which the library then runs; requests for suggestions are answered here.

        The library would not answer those for an option that only an older tree has, and would log its own messages.
        """
        if interaction.type is not discord.InteractionType.autocomplete:
            return True
        suggestions = await self._find_suggestions(interaction)
        try:
            await translate_discord_errors(interaction.response.autocomplete(suggestions))
        except (TryLater, DeliveryUncertain, Undeliverable) as problem:
            # Usually the member typed on; Discord then asks again.
            log.debug("suggestions did not arrive", why=str(problem))
        return False

    async def _find_suggestions(self, interaction: discord.Interaction) -> list[app_commands.Choice[str]]:
        called = parse_called_discord_command(interaction.data)
        row = self._commands_by_words.get(called.words)
        if row is None or not any(
            arg.name == called.focused_option and is_autocompleted_option(row, arg) for arg in row.arguments
        ):
            return []
        try:
            typed = called.option_values.get(called.focused_option, "")
            return to_discord_choices(
                await self._command_listener.suggest_choices(interaction, row.name, called.focused_option, typed)
            )
        except Exception as fault:
            report_fault(fault)
            return []


def build_discord_command_tree(
    client: discord.Client, listener: DiscordCommandListener, commands: Sequence[Command] = COMMANDS
) -> DiscordCommandTree:
    """The client's commands: a group for each root that has visible commands, and the message menu.

    A client has one tree; discord.py raises `ClientException` for a second one.
    """
    # Untranslated, whatever the language of this task: the translations are sent with the payload.
    return copy_context().run(
        _build_untranslated_command_tree, client, listener, [row for row in commands if not row.is_hidden]
    )


async def build_discord_commands_payload(tree: app_commands.CommandTree[Any]) -> list[DiscordJson]:
    """All commands as Discord's JSON, with their translations."""
    translator = DiscordCommandTranslator()
    return [await command.get_translated_payload(tree, translator) for command in tree.get_commands()]


def to_discord_choices(choices: Iterable[Choice]) -> list[app_commands.Choice[str]]:
    """Choices within Discord's limits: at most 25, none empty, no value twice, each of at most 100 characters."""
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
    """The arguments that are not hidden, the required ones first, as Discord demands."""
    return tuple(
        sorted((arg for arg in row.arguments if arg.kind is not ArgumentKind.HIDDEN), key=lambda arg: not arg.required)
    )


def _build_untranslated_command_tree(
    client: discord.Client, listener: DiscordCommandListener, rows: Sequence[Command]
) -> DiscordCommandTree:
    set_language("")
    tree = DiscordCommandTree(client, listener, {(row.root, row.name): row for row in rows})
    for root in COMMAND_ROOTS:
        commands = [_build_discord_command(row, listener) for row in rows if row.root == root]
        if commands:
            tree.add_command(_build_discord_command_group(root, commands))
    tree.add_command(app_commands.ContextMenu(name=MESSAGE_MENU_NAME, callback=_build_message_menu_callback(listener)))
    return tree


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
    """The function that the library calls for a command; the library reads the options from its signature."""
    args = ordered_option_arguments(row)
    known = {arg.name for arg in args}
    names = {_discord_option_parameter_name(arg): arg.name for arg in args}

    async def run(interaction: discord.Interaction, **options: str | None) -> None:
        # The library silently drops options that it does not know; the member would miss what they typed.
        if (
            isinstance(interaction.command, app_commands.Command)
            and not parse_called_discord_command(interaction.data).option_values.keys() <= known
        ):
            raise app_commands.CommandSignatureMismatch(interaction.command)
        values = {names[name]: value for name, value in options.items() if value is not None}
        await listener.on_command(interaction, row.name, values)

    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction)
    run.__signature__ = inspect.Signature([first, *(_discord_option_parameter(row, arg) for arg in args)])  # type: ignore[attr-defined]
    describe = app_commands.describe(
        **{_discord_option_parameter_name(arg): build_option_description(arg.question, arg.hint) for arg in args}
    )
    return app_commands.rename(**names)(describe(run))


def _discord_option_parameter_name(arg: Argument) -> str:
    """The argument's name, with an underscore if it is a Python keyword such as `from`."""
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
    async def run(interaction: discord.Interaction, message: discord.Message) -> None:
        await listener.on_message_menu(interaction, message)

    return run
