"""The people and channels that somebody picks, as Discord hands them on beside their ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tests.fakes_discord import payloads
from tests.fakes_discord.options import NotPossible
from tests.fakes_discord.state import Channel

if TYPE_CHECKING:
    from tests.fakes_discord.world import World

Json = dict[str, Any]
USERS, CHANNELS = 5, 8  # components
USER, CHANNEL = 6, 7  # options of a command
# Of a member and a channel beside an id Discord tells less than elsewhere (Discord docs, "Resolved Data Structure").
MEMBER_LACKS = ("user", "deaf", "mute")
CHANNEL_HAS = ("id", "name", "type", "parent_id", "thread_metadata", "flags", "last_message_id", "topic", "position",
               "guild_id", "nsfw", "rate_limit_per_user", "owner_id", "member_count", "message_count")  # fmt: skip


def picked(world: World, place: Channel, kind: int, named: str, types: Iterable[int] = ()) -> Json:
    """What `resolved` says of one that was picked; a client offers nobody else."""
    if kind in (USERS, USER):
        return _person(world, place, named)
    return _channel(world, place, named, list(types))


def merged(found: Iterable[Json]) -> Json:
    """`resolved` of them all, without the parts that hold nothing."""
    whole: Json = {}
    for one in found:
        for part, inner in one.items():
            whole.setdefault(part, {}).update(inner)
    return whole


def _person(world: World, place: Channel, named: str) -> Json:
    if not named.isdigit() or int(named) not in place.members:
        raise NotPossible(f"nobody {named!r} is here to be picked")
    user = world.users[int(named)]
    found: Json = {"users": {named: user.payload()}}
    if place.kind == "guild":
        member = payloads.member(user)
        found |= {"members": {named: {name: value for name, value in member.items() if name not in MEMBER_LACKS}}}
    return found


def _channel(world: World, place: Channel, named: str, types: list[int]) -> Json:
    room = world.channels.get(int(named)) if named.isdigit() else None
    if room is None or room.gone or room.kind != "guild" or place.kind != "guild" or room.guild != place.guild:
        raise NotPossible(f"no channel {named!r} is here to be picked")
    if types and room.form not in types:
        raise NotPossible(f"a channel of type {room.form} is not among {types}")
    shown = payloads.channel(world, room)
    told = {name: shown[name] for name in CHANNEL_HAS if name in shown}
    return {"channels": {named: told | {"permissions": payloads.MEMBER_PERMISSIONS}}}
