"""Objects as Discord sends them."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tests.fakes_discord.state import (
    APPLICATION_ID,
    BOT_USER_ID,
    CHANNEL_TYPE_THREAD,
    GENERAL_CHANNEL_ID,
    GUILD_ID,
    DiscordChannel,
    DiscordInteraction,
    DiscordScreenMessage,
    DiscordUser,
    iso_timestamp,
)

if TYPE_CHECKING:
    from tests.fakes_discord.world import DiscordWorld

Json = dict[str, Any]
INTERACTION_CONTEXTS = {"guild": 0, "dm": 1, "private": 2}
PRIVATE_CHANNEL_TYPES = {"dm": 1, "private": 1}
PERMISSION_VIEW, PERMISSION_SEND, PERMISSION_EMBED, PERMISSION_HISTORY = 1 << 10, 1 << 11, 1 << 14, 1 << 16
PERMISSION_MANAGE_GUILD = 1 << 5  # the server
MEMBER_PERMISSIONS = str(1 << 10 | 1 << 11 | 1 << 31)
# Of an interaction: what Discord did not always send, or sends only in some places.
OPTIONAL_INTERACTION_KEYS = {
    *("authorizing_integration_owners", "attachment_size_limit", "entitlements", "entitlement_sku_ids", "context"),
    *("app_permissions", "locale", "guild_locale", "guild", "channel", "version"),
}
JOINED_AT_SECONDS = 1_700_000_000.0
ATTACHMENT_BYTES = 10_485_760  # Discord docs, Reference, "Uploading Files"


def application_payload() -> Json:
    shown: Json = {"id": str(APPLICATION_ID), "name": "stalemate", "icon": None, "description": "", "bot_public": True}
    shown |= {"bot_require_code_grant": False, "verify_key": "0" * 64, "flags": 0, "team": None, "summary": ""}
    shown |= {"owner": DiscordUser(1, "owner").payload(), "rpc_origins": [], "hook": True, "tags": []}
    contexts = {"0": {"oauth2_install_params": {"scopes": ["bot", "applications.commands"], "permissions": "0"}}}
    return shown | {"integration_types_config": contexts | {"1": {}}, "interactions_endpoint_url": None}


def member_payload(user: DiscordUser) -> Json:
    shown: Json = {"user": user.payload(), "nick": user.nick or None, "avatar": None, "roles": [], "flags": 0}
    shown |= {"joined_at": iso_timestamp(JOINED_AT_SECONDS), "premium_since": None}
    shown |= {"deaf": False, "mute": False, "pending": False}
    may = str(int(MEMBER_PERMISSIONS) | (PERMISSION_MANAGE_GUILD if user.leads else 0))
    return shown | {"permissions": may, "communication_disabled_until": None, "banner": None}


def guild_or_dm_payload(world: DiscordWorld, channel: DiscordChannel) -> Json:
    form = channel.form if channel.kind == "guild" else PRIVATE_CHANNEL_TYPES[channel.kind]
    shown: Json = {"id": str(channel.id), "type": form, "last_message_id": None, "flags": 0}
    if channel.messages:
        shown["last_message_id"] = str(channel.messages[-1].id)
    if channel.kind == "guild":
        shown |= {"guild_id": str(channel.guild), "name": channel.name, "position": 0, "permission_overwrites": [],
                  "nsfw": False, "topic": None, "rate_limit_per_user": 0, "parent_id": None}  # fmt: skip
        return shown | (_thread_payload(channel) if channel.form == CHANNEL_TYPE_THREAD else {})
    return shown | {"recipients": [world.users[user].payload() for user in channel.members if user != BOT_USER_ID]}


def _thread_payload(thread: DiscordChannel) -> Json:
    told = {"archived": thread.archived, "auto_archive_duration": 1440, "locked": False}
    told |= {"archive_timestamp": iso_timestamp(JOINED_AT_SECONDS)}
    counted = {"owner_id": str(BOT_USER_ID), "member_count": 1, "message_count": len(thread.messages)}
    return {"parent_id": str(GENERAL_CHANNEL_ID), "thread_metadata": told} | counted


def bot_permissions(place: DiscordChannel) -> str:
    """What the bot may do in a place."""
    seen = PERMISSION_VIEW * place.sees + PERMISSION_SEND * place.sends + PERMISSION_HISTORY * place.reads
    return str(PERMISSION_EMBED + seen)


def guild_payload(world: DiscordWorld) -> Json:
    """The guild as GUILD_CREATE brings it."""
    everyone: Json = {"id": str(GUILD_ID), "name": "@everyone", "color": 0, "hoist": False, "position": 0, "flags": 0}
    everyone |= {"permissions": MEMBER_PERMISSIONS, "managed": False, "mentionable": False}
    everyone |= {"colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
    shown: Json = {"id": str(GUILD_ID), "name": "Job club", "icon": None, "owner_id": "1", "roles": [everyone]}
    empty = ("emojis", "stickers", "features", "threads", "voice_states", "presences", "stage_instances")
    shown |= {name: [] for name in (*empty, "guild_scheduled_events", "soundboard_sounds")}
    ours = [one for one in world.channels.values() if (one.kind, one.guild, one.gone) == ("guild", GUILD_ID, False)]
    shown["channels"] = [guild_or_dm_payload(world, one) for one in ours if one.form != CHANNEL_TYPE_THREAD]
    shown |= {"members": [member_payload(world.users[BOT_USER_ID])], "member_count": len(world.users), "large": False}
    levels = ("verification_level", "default_message_notifications", "explicit_content_filter", "mfa_level")
    shown |= dict.fromkeys((*levels, "nsfw_level", "premium_tier", "system_channel_flags", "afk_timeout"), 0)
    shown |= {"joined_at": iso_timestamp(JOINED_AT_SECONDS), "unavailable": False, "preferred_locale": "en-US"}
    shown |= dict.fromkeys(("afk_channel_id", "system_channel_id", "application_id"))
    return shown | {"region": "deprecated"}


def message_payload(world: DiscordWorld, message: DiscordScreenMessage, *, told: bool = False) -> Json:
    """A message; `told`: as an event brings it, with the guild that it is in."""
    shown: Json = {"id": str(message.id), "channel_id": str(message.channel), "type": 0, "content": message.content}
    shown |= {"author": world.users[message.author].payload(), "flags": message.flags, "tts": False, "pinned": False}
    shown |= {"embeds": deepcopy(message.embeds), "components": deepcopy(message.components)}
    shown |= {"timestamp": iso_timestamp(message.at)}
    shown |= {"edited_timestamp": iso_timestamp(message.edited) if message.edited else None, "mention_everyone": False}
    shown |= {"mentions": [], "mention_roles": [], "attachments": []}
    shown |= {"nonce": message.nonce} if message.nonce else {}
    if message.interaction:
        made = world.interactions[message.interaction]
        shown |= {"type": 20 if made.kind == 2 else 19 if made.kind == 3 else 0, "application_id": str(APPLICATION_ID)}
        shown |= {"webhook_id": str(APPLICATION_ID), "interaction_metadata": _interaction_metadata(world, made)}
    if told and world.channels[message.channel].kind == "guild":
        shown |= {"guild_id": str(world.channels[message.channel].guild)}
    return shown


def _interaction_metadata(world: DiscordWorld, interaction: DiscordInteraction) -> Json:
    owners = interaction.payload.get("authorizing_integration_owners", {})
    user = world.users[interaction.person].payload()
    return {"id": str(interaction.id), "type": interaction.kind, "user": user, "authorizing_integration_owners": owners}


def interaction_payload(
    world: DiscordWorld,
    user: DiscordUser,
    place: DiscordChannel,
    kind: int,
    data: Json,
    source: DiscordScreenMessage | None,
) -> Json:
    """What INTERACTION_CREATE brings, apart from its own id and token."""
    ours = {"0": str(place.guild)} if place.guild in world.guilds else {}
    owners: Json = {"guild": ours, "dm": {"0": "0"}, "private": {}}[place.kind]
    owners |= {"1": str(user.id)} if user.installed else {}
    shown: Json = {"application_id": str(APPLICATION_ID), "type": kind, "data": data, "version": 1}
    shown |= {"locale": user.locale, "context": INTERACTION_CONTEXTS[place.kind]}
    shown |= {"channel_id": str(place.id), "channel": guild_or_dm_payload(world, place)}
    shown |= {"app_permissions": bot_permissions(place), "entitlements": [], "entitlement_sku_ids": []}
    shown |= {"authorizing_integration_owners": owners, "attachment_size_limit": ATTACHMENT_BYTES}
    if place.kind == "guild":
        shown |= {"guild_id": str(place.guild), "guild_locale": "en-US", "member": member_payload(user)}
        shown |= {"guild": {"id": str(place.guild), "locale": "en-US", "features": []}}
    else:
        shown |= {"user": user.payload()}
    shown |= {"message": message_payload(world, source)} if source else {}
    return {name: value for name, value in shown.items() if not world.plain or name not in OPTIONAL_INTERACTION_KEYS}
