"""Why the channel of a club takes no post, in the words of `RoomShut`."""

from __future__ import annotations

from bot.domain.errors import ChannelRefused
from bot.domain.model import ClubChannel

DISCORD_CHANNEL_GONE, DISCORD_CHANNEL_ARCHIVED, DISCORD_CHANNEL_NOT_OURS = "gone", "archived", "not ours"

# Discord docs, Opcodes and Status Codes, JSON: the codes that stay until somebody in the server mends it. A channel
# whose kind takes no messages is nothing that we could ever write in, as one that is closed to us.
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


def parse_discord_club_channel(room: ClubChannel) -> int:
    """The channel's id as Discord's. Raises `RoomShut` for what is none: there is no such channel."""
    if not (room.channel_id.isascii() and room.channel_id.isdecimal()):
        raise ChannelRefused(DISCORD_CHANNEL_GONE)
    return int(room.channel_id)


def to_discord_channel_refusal(problem: Exception) -> ChannelRefused | None:
    """What a refusal, as `told` gives it, says of the channel; None when it says nothing lasting."""
    why = _CHANNEL_REFUSAL_BY_CODE.get(str(problem))
    return ChannelRefused(why) if why else None
