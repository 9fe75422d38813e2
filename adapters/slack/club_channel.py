"""The channels of clubs: what is posted there, and what it means that a channel does not take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.slack.api import POST, QUIET, Web
from bot.domain.errors import NotTaken, RoomShut, Undeliverable
from bot.domain.messages import Card, Line, Mention

GONE, ARCHIVED, NOT_OURS = "gone", "archived", "not ours"
# What docs.slack.dev/reference/methods/chat.postMessage lists of the channel itself. Whatever else begins with
# `restricted_action` is a setting of the workspace or of the channel, such as that only admins post there.
WHY = {
    "channel_not_found": GONE,  # or private, and we were removed from it: Slack tells no difference
    "is_archived": ARCHIVED,
    "not_in_channel": NOT_OURS,
    "no_permission": NOT_OURS,
    "access_denied": NOT_OURS,
    "channel_type_not_supported": NOT_OURS,
    "method_not_supported_for_channel_type": NOT_OURS,
}
RESTRICTED = "restricted_action"


async def post(web: Web, channel: str, message: Mapping[str, Any]) -> None:
    """Post in the channel now. Raises as `Web.call` does, and `RoomShut` where it would say the same another time."""
    try:
        await web.call(POST, channel=channel, **message, **QUIET)
    except (Undeliverable, NotTaken) as refusal:
        why = _why(str(refusal), GONE if isinstance(refusal, Undeliverable) else "")
        if not why:
            raise
        raise RoomShut(why) from refusal


def _why(error: str, otherwise: str) -> str:
    return NOT_OURS if error.startswith(RESTRICTED) else WHY.get(error, otherwise)


def unnamed(card: Card) -> Card:
    """The card as it may stand in a channel, where a mention would call the person to it: in words."""
    fields = tuple(replace(row, value=_in_words(row.value)) for row in card.fields)
    return replace(card, lines=tuple(map(_in_words, card.lines)), fields=fields)


def _in_words(said: Line) -> Line:
    return tuple(one.words if isinstance(one, Mention) and one.kind == "person" else one for one in said)
