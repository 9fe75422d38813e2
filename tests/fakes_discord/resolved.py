"""The people and channels that somebody picks, as Discord hands them on beside their ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tests.fakes_discord import payloads
from tests.fakes_discord.options import DiscordClientRefusal
from tests.fakes_discord.state import DiscordChannel

if TYPE_CHECKING:
    from tests.fakes_discord.world import DiscordWorld

Json = dict[str, Any]
USER_SELECT, CHANNEL_SELECT = 5, 8  # components
USER_OPTION, CHANNEL_OPTION = 6, 7  # options of a command
# Of a member and a channel beside an id Discord tells less than elsewhere (Discord docs, "Resolved Data Structure").
RESOLVED_MEMBER_OMITS = ("user", "deaf", "mute")
RESOLVED_CHANNEL_OMITS = ("permission_overwrites",)


def resolved_pick(world: DiscordWorld, place: DiscordChannel, kind: int, named: str, types: Iterable[int] = ()) -> Json:
    """What `resolved` says of one that was picked; a client offers nobody else."""
    if kind in (USER_SELECT, USER_OPTION):
        return _resolved_person(world, place, named)
    return _resolved_channel(world, place, named, list(types))


def merge_resolved(found: Iterable[Json]) -> Json:
    """`resolved` of them all, without the parts that hold nothing."""
    whole: Json = {}
    for resolved in found:
        for part, inner in resolved.items():
            whole.setdefault(part, {}).update(inner)
    return whole


def _resolved_person(world: DiscordWorld, place: DiscordChannel, named: str) -> Json:
    if not named.isdigit() or int(named) not in place.members:
        raise DiscordClientRefusal(f"nobody {named!r} is here to be picked")
    user = world.users[int(named)]
    found: Json = {"users": {named: user.payload()}}
    if place.kind == "guild":
        member = payloads.member_payload(user)
        found |= {
            "members": {named: {name: value for name, value in member.items() if name not in RESOLVED_MEMBER_OMITS}}
        }
    return found


def _resolved_channel(world: DiscordWorld, place: DiscordChannel, named: str, types: list[int]) -> Json:
    room = world.channels.get(int(named)) if named.isdigit() else None
    if room is None or room.gone or room.kind != "guild" or place.kind != "guild" or room.guild != place.guild:
        raise DiscordClientRefusal(f"no channel {named!r} is here to be picked")
    if types and room.form not in types:
        raise DiscordClientRefusal(f"a channel of type {room.form} is not among {types}")
    shown = payloads.guild_or_dm_payload(world, room)
    told = {name: value for name, value in shown.items() if name not in RESOLVED_CHANNEL_OMITS}
    return {"channels": {named: told | {"permissions": payloads.MEMBER_PERMISSIONS}}}
