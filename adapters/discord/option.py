"""An argument of the table as an option of Discord's, and what was given for it as it could have been typed."""

from __future__ import annotations

import discord
from discord import app_commands

from adapters.discord.forms import CLUB_CHANNEL_TYPES
from adapters.discord.inbound import discord_option_to_text
from adapters.discord.text import DISCORD_MENTION_FORMATS
from bot.commands import Argument, ArgumentKind, Command
from bot.views.forms import choice_label, yes_no_choices

MAX_OPTION_TEXT_CHARS = 6000  # characters of a typed text (Discord docs, Application Commands)
AUTOCOMPLETED_TYPES = frozenset(
    [
        ArgumentKind.CONTACT,
        ArgumentKind.PAST_TIME,
        ArgumentKind.FUTURE_TIME,
        ArgumentKind.FUTURE_DAY,
        ArgumentKind.DATE_RANGE,
    ]
)
# Plain texts, for which something can be offered all the same.
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
    """Whether Discord asks what could be meant while it is typed."""
    return arg.kind in AUTOCOMPLETED_TYPES or (row.name, arg.name) in AUTOCOMPLETED_ARGUMENTS


class DiscordCommandOption(app_commands.Transformer[discord.Client]):
    """An argument of the table as an option of Discord's."""

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
        """For a text: characters."""
        listed = self._arg.kind in (*DISCORD_OPTION_TYPES, ArgumentKind.CHOICE, ArgumentKind.YES_NO)
        return None if listed else max(1, min(self._arg.max_chars, MAX_OPTION_TEXT_CHARS))

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]] | None:
        if self._arg.kind is ArgumentKind.YES_NO:
            return [app_commands.Choice(name=choice.label, value=choice.value) for choice in yes_no_choices()]
        if self._arg.kind is ArgumentKind.CHOICE:
            return [app_commands.Choice(name=choice_label(value), value=value) for value in self._arg.choices]
        return None

    async def transform(self, interaction: discord.Interaction, value: object, /) -> str:
        text = to_picked_mention(self._arg.kind, value) or discord_option_to_text(value)
        if text is None:  # an older tree had another kind of option here; the library makes a TransformerError of it
            raise TypeError(self._arg.name)
        return text


def to_picked_mention(takes: ArgumentKind, value: object) -> str:
    """A person or a channel as the library gives them, as `<@id>` or `<#id>`; "" for anything else.

    It gives a bare object where Discord tells no more than an id.
    """
    if takes is ArgumentKind.PLATFORM_USER and isinstance(value, discord.User | discord.Member | discord.Object):
        return DISCORD_MENTION_FORMATS["person"].format(id=value.id)
    channels = app_commands.AppCommandChannel | app_commands.AppCommandThread | discord.Object
    if takes is ArgumentKind.PLATFORM_CHANNEL and isinstance(value, channels):
        return DISCORD_MENTION_FORMATS["channel"].format(id=value.id)
    return ""


class AutocompletedDiscordOption(DiscordCommandOption):
    """One for which Discord asks what could be meant, while it is typed."""

    async def autocomplete(self, interaction: discord.Interaction, value: str, /) -> list[app_commands.Choice[str]]:  # type: ignore[override]
        """That it is here tells Discord to ask; the answer is given in `Tree.interaction_check`."""
        return []
