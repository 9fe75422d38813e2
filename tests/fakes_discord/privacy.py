"""Who has seen what, and whether anything could have pinged anybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.fakes_discord.reading import COMPONENT_TEXT_DISPLAY
from tests.fakes_discord.state import BOT_USER_ID, DiscordRequest, walk_components

if TYPE_CHECKING:
    from tests.fakes_discord.world import DiscordWorld

Json = dict[str, Any]


def message_in_request(call: DiscordRequest) -> Json | None:
    """The message that a request carries, None when it carries none."""
    if call.method not in ("POST", "PATCH") or not isinstance(call.body, dict):
        return None
    if call.route.endswith("/callback"):
        return call.body.get("data") or None if call.body.get("type") in (4, 7) else None
    return call.body if "/messages" in call.route or call.route.startswith("/webhooks/") else None


def may_ping_anybody(sent: Json) -> bool:
    """Whether Discord would look for mentions in this message: unless it is told to look for none."""
    allowed = sent.get("allowed_mentions")
    if not sent.get("content") and not any(
        component["type"] == COMPONENT_TEXT_DISPLAY for component in walk_components(sent.get("components") or [])
    ):
        return False  # embeds, labels and buttons ping nobody
    if not isinstance(allowed, dict) or allowed.get("replied_user"):
        return True
    return allowed.get("parse") != [] or bool(allowed.get("users")) or bool(allowed.get("roles"))


def ping_violations(calls: list[DiscordRequest]) -> list[str]:
    """The requests with a text that Discord would search for mentions."""
    return [
        f"{call.name}: could ping" for call in calls if (sent := message_in_request(call)) and may_ping_anybody(sent)
    ]


def _texts_by_reader(world: DiscordWorld) -> Iterator[tuple[int, str]]:
    for channel in world.channels.values():
        for message in channel.messages:
            yield from ((user, text) for user in channel.members for text in [*message.versions, message.said])
    for message in world.ephemerals:
        yield from ((message.only_for, text) for text in [*message.versions, message.said])
    yield from ((modal.person, modal.said) for modal in world.modals)
    for interaction in world.interactions.values():
        yield from ((interaction.person, choice["name"]) for choice in interaction.choices or [])


def texts_by_channel(world: DiscordWorld) -> dict[int, list[str]]:
    """All text that ever stood in each channel for everybody there, by channel id."""
    return {
        channel.id: [text for message in channel.messages for text in [*message.versions, message.said] if text]
        for channel in world.channels.values()
    }


def texts_by_person(world: DiscordWorld) -> dict[int, list[str]]:
    """All text that ever stood before each person, by user id; the bot itself is nobody."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for user, text in _texts_by_reader(world):
        if text and user != BOT_USER_ID:
            found[user].append(text)
    return dict(found)
