"""Checks of a club's channel, and why it accepts no posts, as the reasons of `ChannelRefused`."""

from __future__ import annotations

from bot.domain.errors import ChannelRefused
from bot.domain.model import ClubChannel

DISCORD_CHANNEL_GONE, DISCORD_CHANNEL_ARCHIVED, DISCORD_CHANNEL_NOT_OURS = "gone", "archived", "not ours"

# Discord docs, Opcodes and Status Codes, JSON: the codes that stay until somebody in the server changes something. A
# kind of channel that accepts no messages counts as one that is closed to the bot.
_CHANNEL_REFUSAL_BY_CODE = {
    "10003": DISCORD_CHANNEL_GONE,  # unknown channel
    "10004": DISCORD_CHANNEL_GONE,  # unknown server
    "50083": DISCORD_CHANNEL_ARCHIVED,  # an archived thread
    "160005": DISCORD_CHANNEL_ARCHIVED,  # a locked one
    "50001": DISCORD_CHANNEL_NOT_OURS,  # missing access
    "50013": DISCORD_CHANNEL_NOT_OURS,  # missing permissions
    "50008": DISCORD_CHANNEL_NOT_OURS,  # no text channel
    "50024": DISCORD_CHANNEL_NOT_OURS,  # the wrong kind of channel
}


def parse_discord_club_channel(channel: ClubChannel) -> int:
    """The channel's id as a number. Raises `ChannelRefused` if it is not an id of Discord's: no such channel exists."""
    if not (channel.channel_id.isascii() and channel.channel_id.isdecimal()):
        raise ChannelRefused(DISCORD_CHANNEL_GONE)
    return int(channel.channel_id)


def to_discord_channel_refusal(problem: Exception) -> ChannelRefused | None:
    """The channel refusal that an error of `translate_discord_errors` means; None when it means nothing lasting."""
    why = _CHANNEL_REFUSAL_BY_CODE.get(str(problem))
    return ChannelRefused(why, str(problem)) if why else None
