"""The names that our parts of a message carry, so that Slack gives them back and we know them as ours."""

from __future__ import annotations

OURS = "st:"  # before every id of ours: of a reminder's first block, of a button, of a modal
FORM, CARD = f"{OURS}form", f"{OURS}card"  # the callback ids of a modal that asks, and of one that shows a card


def mark(key: str) -> str:
    """The block_id of a reminder with this key: it is looked for before a second send."""
    return OURS + key


def key_of(block_id: str) -> str:
    """The key of the reminder that begins with this block; empty when it is none."""
    return block_id.removeprefix(OURS) if block_id.startswith(OURS) else ""
