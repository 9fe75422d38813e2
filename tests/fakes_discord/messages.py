"""The routes of channels and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes_discord import errors, payloads
from tests.fakes_discord.errors import BodyProblem, required_problem
from tests.fakes_discord.state import BOT_USER_ID

if TYPE_CHECKING:
    from tests.fakes_discord.rest import RouteRequest
    from tests.fakes_discord.world import DiscordWorld

Json = dict[str, Any]
MAX_HISTORY_LIMIT = 100  # Discord docs, Channel resource, "Get Channel Messages"


def create_dm(world: DiscordWorld, asked: RouteRequest) -> Json:
    recipient = str(asked.body.get("recipient_id", ""))
    if not recipient.isdigit() or int(recipient) not in world.users or int(recipient) == BOT_USER_ID:
        raise errors.invalid_recipient()
    return payloads.guild_or_dm_payload(world, world.dm(int(recipient)))


def get_channel(world: DiscordWorld, asked: RouteRequest) -> Json:
    return payloads.guild_or_dm_payload(world, world.channel(asked.params["channel"]))


def create_message(world: DiscordWorld, asked: RouteRequest) -> Json:
    channel = world.channel(asked.params["channel"])
    if channel.archived:
        raise errors.archived_thread()
    if not channel.sends:
        raise errors.missing_permissions()
    world.checked("message", asked.body)
    return payloads.message_payload(world, world.post(channel, asked.body))


def get_channel_messages(world: DiscordWorld, asked: RouteRequest) -> list[Json]:
    """The messages that stand in a channel, the newest first."""
    channel = world.channel(asked.params["channel"])
    limit = int(asked.query.get("limit", 50))
    if not 1 <= limit <= MAX_HISTORY_LIMIT:
        raise errors.invalid_form(
            [BodyProblem(("limit",), "NUMBER_TYPE_MAX", f"int value should be 1 to {MAX_HISTORY_LIMIT}.")]
        )
    # Discord docs, "Get Channel Messages": who may not read the history gets no messages, and no error.
    found = [message for message in channel.messages if not message.gone and channel.reads]
    before = int(asked.query.get("before", 2**63))
    found = [one for one in found if one.id < before][-limit:]
    return [payloads.message_payload(world, one) for one in reversed(found)]


def get_member(world: DiscordWorld, asked: RouteRequest) -> Json:
    """Discord docs, Get Guild Member: of a server that the bot is in."""
    if int(asked.params["guild"]) not in world.guilds:
        raise errors.missing_access()
    user = int(asked.params["user"])
    if user not in world.users or user in world.put_out:
        raise errors.unknown_member()
    shown: Json = payloads.member_payload(world.users[user])
    del shown["permissions"]  # only interactions bring them
    return shown


def get_user(world: DiscordWorld, asked: RouteRequest) -> Json:
    named = asked.params["user"]
    if not named.isdigit():
        raise errors.invalid_form([required_problem(("user_id",))])
    if int(named) not in world.users:
        raise errors.unknown_user()
    return world.users[int(named)].payload()
