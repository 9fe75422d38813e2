"""The names that our parts of a message carry, so that Slack gives them back and we know them as ours."""

from __future__ import annotations

SLACK_ID_PREFIX = "st:"  # before every id of ours: of a reminder's first block, of a button, of a modal
FORM_CALLBACK_ID, CARD_CALLBACK_ID = (
    f"{SLACK_ID_PREFIX}form",
    f"{SLACK_ID_PREFIX}card",
)  # the callback ids of a modal that asks, and of one that shows a card


def reminder_block_id(key: str) -> str:
    """The block_id of a reminder with this key: it is looked for before a second send."""
    return SLACK_ID_PREFIX + key


def parse_reminder_key(block_id: str) -> str:
    """The key of the reminder that begins with this block; empty when it is none."""
    return block_id.removeprefix(SLACK_ID_PREFIX) if block_id.startswith(SLACK_ID_PREFIX) else ""
