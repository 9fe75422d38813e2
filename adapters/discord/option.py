"""An argument of the table as an option of Discord's, and what was given for it as it could have been typed."""

from __future__ import annotations

import discord
from discord import app_commands

from adapters.discord.forms import POSTED_IN
from adapters.discord.inbound import as_text
from adapters.discord.text import MENTIONS
from bot.commands import Arg, Command, Takes
from bot.views.forms import label, yes_no

TEXT = 6000  # characters of a typed text (Discord docs, Application Commands)
SUGGESTED = frozenset([Takes.CONTACT, Takes.PAST, Takes.MOMENT, Takes.DAY, Takes.DAYS])
# Plain texts, for which something can be offered all the same.
SUGGESTED_TOO = frozenset(
    (
        *(("settings", "zone"), ("settings", "country"), ("help", "topic"), ("setup", "zone")),
        *(("forget", "contact"), ("add", "via"), ("edit", "via")),
    )
)
KINDS = {
    Takes.NUMBER: discord.AppCommandOptionType.integer,
    Takes.PERSON: discord.AppCommandOptionType.user,
    Takes.ROOM: discord.AppCommandOptionType.channel,
}


def is_suggested(row: Command, arg: Arg) -> bool:
    """Whether Discord asks what could be meant while it is typed."""
    return arg.takes in SUGGESTED or (row.name, arg.name) in SUGGESTED_TOO


class Option(app_commands.Transformer[discord.Client]):
    """An argument of the table as an option of Discord's."""

    def __init__(self, arg: Arg) -> None:
        self._arg = arg

    @property
    def type(self) -> discord.AppCommandOptionType:
        return KINDS.get(self._arg.takes, discord.AppCommandOptionType.string)

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return POSTED_IN if self._arg.takes is Takes.ROOM else []

    @property
    def max_value(self) -> int | None:
        """For a text: characters."""
        listed = self._arg.takes in (*KINDS, Takes.CHOICE, Takes.FLAG)
        return None if listed else max(1, min(self._arg.limit, TEXT))

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]] | None:
        if self._arg.takes is Takes.FLAG:
            return [app_commands.Choice(name=one.label, value=one.value) for one in yes_no()]
        if self._arg.takes is Takes.CHOICE:
            return [app_commands.Choice(name=label(value), value=value) for value in self._arg.choices]
        return None

    async def transform(self, interaction: discord.Interaction, value: object, /) -> str:
        text = picked(self._arg.takes, value) or as_text(value)
        if text is None:  # an older tree had another kind of option here; the library makes a TransformerError of it
            raise TypeError(self._arg.name)
        return text


def picked(takes: Takes, value: object) -> str:
    """A person or a channel as the library gives them, as `<@id>` or `<#id>`; "" for anything else.

    It gives a bare object where Discord tells no more than an id.
    """
    if takes is Takes.PERSON and isinstance(value, discord.User | discord.Member | discord.Object):
        return MENTIONS["person"].format(id=value.id)
    channels = app_commands.AppCommandChannel | app_commands.AppCommandThread | discord.Object
    if takes is Takes.ROOM and isinstance(value, channels):
        return MENTIONS["channel"].format(id=value.id)
    return ""


class Suggested(Option):
    """One for which Discord asks what could be meant, while it is typed."""

    async def autocomplete(self, interaction: discord.Interaction, value: str, /) -> list[app_commands.Choice[str]]:  # type: ignore[override]
        """That it is here tells Discord to ask; the answer is given in `Tree.interaction_check`."""
        return []
