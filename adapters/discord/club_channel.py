"""Why the channel of a club takes no post, in the words of `RoomShut`."""

from __future__ import annotations

from bot.domain.errors import RoomShut
from bot.domain.model import Room

GONE, ARCHIVED, NOT_OURS = "gone", "archived", "not ours"

# Discord docs, Opcodes and Status Codes, JSON: the codes that stay until somebody in the server mends it. A channel
# whose kind takes no messages is nothing that we could ever write in, as one that is closed to us.
_WHY = {
    "10003": GONE,  # unknown channel
    "10004": GONE,  # unknown server
    "50083": ARCHIVED,  # an archived thread
    "160005": ARCHIVED,  # a locked one
    "50001": NOT_OURS,  # missing access
    "50013": NOT_OURS,  # missing permissions
    "50008": NOT_OURS,  # no text channel
    "50024": NOT_OURS,  # the wrong kind of channel
}


def channel_of(room: Room) -> int:
    """The channel's id as Discord's. Raises `RoomShut` for what is none: there is no such channel."""
    if not (room.channel.isascii() and room.channel.isdecimal()):
        raise RoomShut(GONE)
    return int(room.channel)


def shut(problem: Exception) -> RoomShut | None:
    """What a refusal, as `told` gives it, says of the channel; None when it says nothing lasting."""
    why = _WHY.get(str(problem))
    return RoomShut(why) if why else None
