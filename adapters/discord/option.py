"""Discord's options for the arguments of the command table, and their values as text that could have been typed."""

from __future__ import annotations

import discord
from discord import app_commands

from adapters.discord.forms import CLUB_CHANNEL_TYPES
from adapters.discord.inbound import discord_option_to_text
from adapters.discord.text import DISCORD_MENTION_FORMATS
from bot.commands import Argument, ArgumentKind, Command
from bot.views.forms import choice_label, yes_no_choices

MAX_OPTION_TEXT_CHARS = 6000  # of a text option (Discord docs, Application Commands)
AUTOCOMPLETED_TYPES = frozenset(
    [
        ArgumentKind.CONTACT,
        ArgumentKind.PAST_TIME,
        ArgumentKind.FUTURE_TIME,
        ArgumentKind.FUTURE_DAY,
        ArgumentKind.DATE_RANGE,
    ]
)
# Arguments of plain text for which there are suggestions all the same.
AUTOCOMPLETED_ARGUMENTS = frozenset(
    (
        *(("settings", "zone"), ("settings", "country"), ("help", "topic"), ("setup", "zone")),
        *(("forget", "contact"), ("add", "via"), ("edit", "via")),
    )
)
DISCORD_OPTION_TYPES = {
    ArgumentKind.NUMBER: discord.AppCommandOptionType.integer,
    ArgumentKind.PLATFORM_USER: discord.AppCommandOptionType.user,
    ArgumentKind.PLATFORM_CHANNEL: discord.AppCommandOptionType.channel,
}


def is_autocompleted_option(row: Command, arg: Argument) -> bool:
    """Whether Discord asks for suggestions while the option is typed."""
    return arg.kind in AUTOCOMPLETED_TYPES or (row.name, arg.name) in AUTOCOMPLETED_ARGUMENTS


class DiscordCommandOption(app_commands.Transformer[discord.Client]):
    """The option for one argument of the command table."""

    def __init__(self, arg: Argument) -> None:
        self._arg = arg

    @property
    def type(self) -> discord.AppCommandOptionType:
        return DISCORD_OPTION_TYPES.get(self._arg.kind, discord.AppCommandOptionType.string)

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return CLUB_CHANNEL_TYPES if self._arg.kind is ArgumentKind.PLATFORM_CHANNEL else []

    @property
    def max_value(self) -> int | None:
        """The limit of a text, in characters. None for other options."""
        is_text = self._arg.kind not in (*DISCORD_OPTION_TYPES, ArgumentKind.CHOICE, ArgumentKind.YES_NO)
        return max(1, min(self._arg.max_chars, MAX_OPTION_TEXT_CHARS)) if is_text else None

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]] | None:
        if self._arg.kind is ArgumentKind.YES_NO:
            return [app_commands.Choice(name=choice.label, value=choice.value) for choice in yes_no_choices()]
        if self._arg.kind is ArgumentKind.CHOICE:
            return [app_commands.Choice(name=choice_label(value), value=value) for value in self._arg.choices]
        return None

    async def transform(self, interaction: discord.Interaction, value: object, /) -> str:
        text = to_picked_mention(self._arg.kind, value) or discord_option_to_text(value)
        if text is None:  # an older tree had another kind of option here; the library turns this into TransformerError
            raise TypeError(self._arg.name)
        return text


def to_picked_mention(kind: ArgumentKind, value: object) -> str:
    """A picked user or channel of the library as `<@id>` or `<#id>`; "" for anything else.

    The library gives a bare `Object` where Discord sends only an id.
    """
    if kind is ArgumentKind.PLATFORM_USER and isinstance(value, discord.User | discord.Member | discord.Object):
        return DISCORD_MENTION_FORMATS["person"].format(id=value.id)
    channel_types = app_commands.AppCommandChannel | app_commands.AppCommandThread | discord.Object
    if kind is ArgumentKind.PLATFORM_CHANNEL and isinstance(value, channel_types):
        return DISCORD_MENTION_FORMATS["channel"].format(id=value.id)
    return ""


class AutocompletedDiscordOption(DiscordCommandOption):
    """An option for which Discord asks for suggestions while it is typed."""

    async def autocomplete(self, interaction: discord.Interaction, value: str, /) -> list[app_commands.Choice[str]]:  # type: ignore[override]
        """Its existence makes Discord ask; `DiscordCommandTree.interaction_check` gives the answer."""
        return []
