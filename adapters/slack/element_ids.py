"""Ids of our blocks, buttons and modals. Slack sends them back, and by them we recognize our own."""

from __future__ import annotations

SLACK_ID_PREFIX = "st:"  # begins every id of ours: of a reminder's first block, of a button, of a modal
# The callback ids of a modal that asks for values, and of one that shows a card.
FORM_CALLBACK_ID, CARD_CALLBACK_ID = f"{SLACK_ID_PREFIX}form", f"{SLACK_ID_PREFIX}card"


def reminder_block_id(key: str) -> str:
    """The block_id of the first block of a reminder, by which a sent one is found before it is sent again."""
    return SLACK_ID_PREFIX + key


def parse_reminder_key(block_id: str) -> str:
    """The key of the reminder whose first block has this id; empty if the block is no reminder's."""
    return block_id.removeprefix(SLACK_ID_PREFIX) if block_id.startswith(SLACK_ID_PREFIX) else ""
