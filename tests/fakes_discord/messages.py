"""The routes of channels and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes_discord import errors, payloads
from tests.fakes_discord.errors import required, wrong
from tests.fakes_discord.state import BOT, Channel, Message

if TYPE_CHECKING:
    from tests.fakes_discord.rest import Asked
    from tests.fakes_discord.world import World

Json = dict[str, Any]
LIMIT = 100  # Discord docs, Channel resource, "Get Channel Messages"


def open_dm(world: World, asked: Asked) -> Json:
    recipient = str(asked.body.get("recipient_id", ""))
    if not recipient.isdigit() or int(recipient) not in world.users or int(recipient) == BOT:
        raise errors.invalid_recipient()
    return payloads.channel(world, world.dm(int(recipient)))


def get_channel(world: World, asked: Asked) -> Json:
    return payloads.channel(world, world.channel(asked.params["channel"]))


def create(world: World, asked: Asked) -> Json:
    channel = world.channel(asked.params["channel"])
    if channel.kind == "dm" and world.partner(channel).closed:
        raise errors.closed_to_you()
    if channel.archived:
        raise errors.archived()
    if not channel.sends:
        raise errors.missing_permissions()
    world.checked("message", asked.body)
    return payloads.message(world, world.post(channel, asked.body))


def _around(found: list[Message], centre: int, limit: int) -> list[Message]:
    before = [one for one in found if one.id < centre][-(limit // 2) :]
    return before + [one for one in found if one.id >= centre][: limit - len(before)]


def history(world: World, asked: Asked) -> list[Json]:
    """The messages that stand in a channel, the newest first."""
    channel = world.channel(asked.params["channel"])
    limit = int(asked.query.get("limit", 50))
    if not 1 <= limit <= LIMIT:
        raise errors.invalid_form([wrong(("limit",), "NUMBER_TYPE_MAX", f"int value should be 1 to {LIMIT}.")])
    # Discord docs, "Get Channel Messages": who may not read the history gets no messages, and no error.
    found = [message for message in channel.messages if not message.gone and channel.reads]
    if "around" in asked.query:
        found = _around(found, int(asked.query["around"]), limit)
    elif "after" in asked.query:
        found = [one for one in found if one.id > int(asked.query["after"])][:limit]
    else:
        before = int(asked.query.get("before", 2**63))
        found = [one for one in found if one.id < before][-limit:]
    return [payloads.message(world, one) for one in reversed(found)]


def _own(world: World, asked: Asked) -> Message:
    message = world.find(world.channel(asked.params["channel"]), asked.params["message"])
    if message.author != BOT:
        raise errors.not_yours()
    return message


def get(world: World, asked: Asked) -> Json:
    channel: Channel = world.channel(asked.params["channel"])
    return payloads.message(world, world.find(channel, asked.params["message"]))


def edit(world: World, asked: Asked) -> Json:
    message = _own(world, asked)
    world.checked("message", asked.body, message)
    world.change(message, asked.body)
    return payloads.message(world, message)


def delete(world: World, asked: Asked) -> None:
    world.remove(_own(world, asked))


def get_member(world: World, asked: Asked) -> Json:
    """Discord docs, Get Guild Member: of a server that the bot is in."""
    if int(asked.params["guild"]) not in world.guilds:
        raise errors.missing_access()
    user = int(asked.params["user"])
    if user not in world.users or user in world.put_out:
        raise errors.unknown_member()
    shown: Json = payloads.member(world.users[user])
    del shown["permissions"]  # only interactions bring them
    return shown


def get_user(world: World, asked: Asked) -> Json:
    named = asked.params["user"]
    if not named.isdigit():
        raise errors.invalid_form([required(("user_id",))])
    if int(named) not in world.users:
        raise errors.unknown_user()
    return world.users[int(named)].payload()
