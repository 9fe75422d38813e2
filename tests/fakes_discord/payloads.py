"""Objects as Discord sends them."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tests.fakes_discord.state import APP, BOT, GENERAL, GUILD, THREAD, Channel, Interaction, Message, User, iso

if TYPE_CHECKING:
    from tests.fakes_discord.world import World

Json = dict[str, Any]
CONTEXTS = {"guild": 0, "dm": 1, "private": 2}
TYPES = {"dm": 1, "private": 1}
VIEW, SEND, EMBED, HISTORY = 1 << 10, 1 << 11, 1 << 14, 1 << 16
MANAGE = 1 << 5  # the server
MEMBER_PERMISSIONS = str(1 << 10 | 1 << 11 | 1 << 31)
# Of an interaction: what Discord did not always send, or sends only in some places.
LATE = ("authorizing_integration_owners", "attachment_size_limit", "entitlements", "entitlement_sku_ids", "context")
DISPENSABLE = frozenset((*LATE, "app_permissions", "locale", "guild_locale", "guild", "channel", "version"))
JOINED = 1_700_000_000.0
ATTACHMENT_BYTES = 10_485_760  # Discord docs, Reference, "Uploading Files"


def application() -> Json:
    shown: Json = {"id": str(APP), "name": "stalemate", "icon": None, "description": "", "bot_public": True}
    shown |= {"bot_require_code_grant": False, "verify_key": "0" * 64, "flags": 0, "team": None, "summary": ""}
    shown |= {"owner": User(1, "owner").payload(), "rpc_origins": [], "hook": True, "tags": []}
    contexts = {"0": {"oauth2_install_params": {"scopes": ["bot", "applications.commands"], "permissions": "0"}}}
    return shown | {"integration_types_config": contexts | {"1": {}}, "interactions_endpoint_url": None}


def member(user: User) -> Json:
    shown: Json = {
        "user": user.payload(),
        "nick": user.nick or None,
        "avatar": None,
        "roles": [],
        "joined_at": iso(JOINED),
    }
    shown |= {"premium_since": None, "deaf": False, "mute": False, "flags": 0, "pending": False}
    may = str(int(MEMBER_PERMISSIONS) | (MANAGE if user.leads else 0))
    return shown | {"permissions": may, "communication_disabled_until": None, "banner": None}


def channel(world: World, one: Channel) -> Json:
    form = one.form if one.kind == "guild" else TYPES[one.kind]
    shown: Json = {"id": str(one.id), "type": form, "last_message_id": None, "flags": 0}
    if one.messages:
        shown["last_message_id"] = str(one.messages[-1].id)
    if one.kind == "guild":
        shown |= {"guild_id": str(one.guild), "name": one.name, "position": 0, "permission_overwrites": [],
                  "nsfw": False, "topic": None, "rate_limit_per_user": 0, "parent_id": None}  # fmt: skip
        return shown | (_thread(one) if one.form == THREAD else {})
    return shown | {"recipients": [world.users[user].payload() for user in one.members if user != BOT]}


def _thread(one: Channel) -> Json:
    told = {"archived": one.archived, "auto_archive_duration": 1440, "archive_timestamp": iso(JOINED), "locked": False}
    counted = {"owner_id": str(BOT), "member_count": 1, "message_count": len(one.messages)}
    return {"parent_id": str(GENERAL), "thread_metadata": told} | counted


def may(place: Channel) -> str:
    """What the bot may do in a place."""
    allowed = (EMBED, VIEW * place.sees, SEND * place.sends, HISTORY * place.reads)
    return str(sum(allowed))


def guild(world: World) -> Json:
    """The guild as GUILD_CREATE brings it."""
    everyone: Json = {"id": str(GUILD), "name": "@everyone", "color": 0, "hoist": False, "position": 0, "flags": 0}
    everyone |= {"permissions": MEMBER_PERMISSIONS, "managed": False, "mentionable": False}
    everyone |= {"colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
    shown: Json = {"id": str(GUILD), "name": "Job club", "icon": None, "owner_id": "1", "roles": [everyone]}
    empty = ("emojis", "stickers", "features", "threads", "voice_states", "presences", "stage_instances")
    shown |= {name: [] for name in (*empty, "guild_scheduled_events", "soundboard_sounds")}
    shown |= {
        "channels": [
            channel(world, one)
            for one in world.channels.values()
            if one.kind == "guild" and one.guild == GUILD and one.form != THREAD and not one.gone
        ]
    }
    shown |= {"members": [member(world.users[BOT])], "member_count": len(world.users), "large": False}
    levels = ("verification_level", "default_message_notifications", "explicit_content_filter", "mfa_level")
    shown |= dict.fromkeys((*levels, "nsfw_level", "premium_tier", "system_channel_flags", "afk_timeout"), 0)
    shown |= {"joined_at": iso(JOINED), "unavailable": False, "preferred_locale": "en-US", "afk_channel_id": None}
    return shown | {"system_channel_id": None, "application_id": None, "region": "deprecated"}


def message(world: World, one: Message, *, told: bool = False) -> Json:
    """A message; `told`: as an event brings it, with the guild that it is in."""
    shown: Json = {"id": str(one.id), "channel_id": str(one.channel), "type": 0, "content": one.content}
    shown |= {"author": world.users[one.author].payload(), "embeds": deepcopy(one.embeds), "flags": one.flags}
    shown |= {"components": deepcopy(one.components), "timestamp": iso(one.at), "tts": False, "pinned": False}
    shown |= {"edited_timestamp": iso(one.edited) if one.edited else None, "mention_everyone": False}
    shown |= {"mentions": [], "mention_roles": [], "attachments": []}
    shown |= {"nonce": one.nonce} if one.nonce else {}
    if one.interaction:
        made = world.interactions[one.interaction]
        shown |= {"type": 20 if made.kind == 2 else 19 if made.kind == 3 else 0, "application_id": str(APP)}
        shown |= {"webhook_id": str(APP), "interaction_metadata": _metadata(world, made)}
    if told and world.channels[one.channel].kind == "guild":
        shown |= {"guild_id": str(world.channels[one.channel].guild)}
    return shown


def _metadata(world: World, one: Interaction) -> Json:
    owners = one.payload.get("authorizing_integration_owners", {})
    user = world.users[one.person].payload()
    return {"id": str(one.id), "type": one.kind, "user": user, "authorizing_integration_owners": owners}


def interaction(world: World, user: User, place: Channel, kind: int, data: Json, source: Message | None) -> Json:
    """What INTERACTION_CREATE brings, apart from its own id and token."""
    ours = {"0": str(place.guild)} if place.guild in world.guilds else {}
    owners: Json = {"guild": ours, "dm": {"0": "0"}, "private": {}}[place.kind]
    owners |= {"1": str(user.id)} if user.installed else {}
    shown: Json = {"application_id": str(APP), "type": kind, "data": data, "version": 1, "locale": user.locale}
    shown |= {"channel_id": str(place.id), "channel": channel(world, place), "context": CONTEXTS[place.kind]}
    shown |= {"app_permissions": may(place), "entitlements": [], "entitlement_sku_ids": []}
    shown |= {"authorizing_integration_owners": owners, "attachment_size_limit": ATTACHMENT_BYTES}
    if place.kind == "guild":
        shown |= {"guild_id": str(place.guild), "guild_locale": "en-US", "member": member(user)}
        shown |= {"guild": {"id": str(place.guild), "locale": "en-US", "features": []}}
    else:
        shown |= {"user": user.payload()}
    shown |= {"message": message(world, source)} if source else {}
    return {name: value for name, value in shown.items() if not world.plain or name not in DISPENSABLE}
