"""Posts in the channels of clubs, and why a channel refuses them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.slack.api import NO_LINK_PREVIEWS, POST_METHOD, SlackApi
from bot.domain.errors import ChannelRefused, MessageRejected, Undeliverable
from bot.domain.messages import Card, Line, Mention

SLACK_CHANNEL_GONE, SLACK_CHANNEL_ARCHIVED, SLACK_CHANNEL_NOT_OURS = "gone", "archived", "not ours"
# The errors of the channel itself listed at docs.slack.dev/reference/methods/chat.postMessage. Others that begin with
# `restricted_action` are settings of the workspace or of the channel, such as that only admins post there.
CHANNEL_REFUSAL_REASONS = {
    "channel_not_found": SLACK_CHANNEL_GONE,  # or private, and we were removed: Slack does not tell which
    "is_archived": SLACK_CHANNEL_ARCHIVED,
    "not_in_channel": SLACK_CHANNEL_NOT_OURS,
    "no_permission": SLACK_CHANNEL_NOT_OURS,
    "access_denied": SLACK_CHANNEL_NOT_OURS,
    "channel_type_not_supported": SLACK_CHANNEL_NOT_OURS,
    "method_not_supported_for_channel_type": SLACK_CHANNEL_NOT_OURS,
}
RESTRICTED_ERROR_PREFIX = "restricted_action"


async def post_in_slack_channel(slack_api: SlackApi, channel: str, message: Mapping[str, Any]) -> None:
    """Post in the channel now. Raises as `SlackApi.call` does, and `ChannelRefused` if a retry would be refused too."""
    try:
        await slack_api.call(POST_METHOD, channel=channel, **message, **NO_LINK_PREVIEWS)
    except (Undeliverable, MessageRejected) as refusal:
        why = _channel_refusal_reason(str(refusal), SLACK_CHANNEL_GONE if isinstance(refusal, Undeliverable) else "")
        if not why:
            raise
        raise ChannelRefused(why, str(refusal)) from refusal


def _channel_refusal_reason(error: str, otherwise: str) -> str:
    return (
        SLACK_CHANNEL_NOT_OURS
        if error.startswith(RESTRICTED_ERROR_PREFIX)
        else CHANNEL_REFUSAL_REASONS.get(error, otherwise)
    )


def without_person_mentions(card: Card) -> Card:
    """The card for a channel: people are named in words, because a mention would notify them."""
    fields = tuple(replace(row, value=_person_mentions_as_words(row.value)) for row in card.fields)
    return replace(card, lines=tuple(map(_person_mentions_as_words, card.lines)), fields=fields)


def _person_mentions_as_words(line: Line) -> Line:
    return tuple(span.words if isinstance(span, Mention) and span.kind == "person" else span for span in line)
