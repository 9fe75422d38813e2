"""A plain-text report of deliveries for the host, from the JSON of `bot.delivery.report.delivery_report_to_json`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

DELIVERY_STATE_LABELS = {
    "due": "due",
    "waiting": "waiting",
    "sending": "sending",
    "uncertain": "uncertain",
    "parked": "given up",
}
REMINDER_KIND_LABELS = {
    "call": "call question",
    "club": "word of the club",
    "may": "may follow up",
    "stalemate": "someone else",
    "later": "said later",
    "patience": "please wait",
    "basket": "weekly message",
    "quiet": "goodbye",
    "post": "post in the channel",
}
MEMBER_MARK_NOTE = "The letters behind “member” are a mark, not their id; the same mark is the same member."
RETRY_HINT = "“stalemate deliveries retry” sends them on their way again."
RETRY_REFUSALS = {
    "none": "None is given up, so there is nothing to send again.",
    "over": "What is given up is too old to send. It is kept for you to see.",
    "waits": "All that can be sent again wait their turn: each member gets one at a time. Run this again later.",
}
SINGLE_RETRY_REFUSALS = {
    "unknown": "No reminder of this id is given up: it was delivered meanwhile, or the id is mistyped. "
    "“stalemate deliveries” lists those that are.",
    "moving": "This one is on its way already.",
    "over": "This one is too old to send. It is kept for you to see.",
    "waits": "This one waits its turn: each member gets one at a time. Run this again later.",
}


def render_delivery_table(report: Mapping[str, Any], zone: str = "UTC") -> str:
    """The table of `stalemate deliveries`, with its times in this zone (IANA name)."""
    lines = [_platform_delivery_line(name, state, zone) for name, state in sorted(report["platforms"].items())]
    parked = [_parked_reminder_line(reminder, zone) for reminder in report["parked"]]
    if parked:
        retry = [RETRY_HINT] if not all(reminder["over"] for reminder in report["parked"]) else []
        parked = ["", "Given up, and kept:", *parked, "", MEMBER_MARK_NOTE, *retry]
    return "\n".join([*(lines or ["Nobody has a book yet."]), *parked])


def render_retry_result(result: Mapping[str, Any], reminder_id: str = "") -> str:
    """The outcome of `stalemate deliveries retry`, for one reminder (its id) or for all."""
    if count := result["again"]:
        left = result.get("left", 0)
        more = f" {left} more can follow: run this again later, for each member gets one at a time." if left else ""
        return f"On {'its' if count == 1 else 'their'} way again: {_counted_noun_phrase(count, 'reminder')}.{more}"
    return (SINGLE_RETRY_REFUSALS if reminder_id else RETRY_REFUSALS)[result.get("why", "waits")]


def _platform_delivery_line(platform: str, state: Mapping[str, Any], zone: str) -> str:
    counts = ", ".join(f"{state[kind]} {word}" for kind, word in DELIVERY_STATE_LABELS.items())
    since = f"; the oldest since {_host_time_phrase(state['oldest'], zone)}" if state["oldest"] else ""
    if not any(state[kind] for kind in DELIVERY_STATE_LABELS):
        counts = "nothing is on its way" if state["unreachable"] else "all is delivered."
    return f"{platform}: {counts}{since}{_closed_messages_phrase(state['unreachable'])}"


def _closed_messages_phrase(member_count: int) -> str:
    if not member_count:
        return ""
    whose = "1 member's direct messages are" if member_count == 1 else f"{member_count} members' direct messages are"
    return f"; {whose} closed (nothing for you to do)"


def _parked_reminder_line(reminder: Mapping[str, Any], zone: str) -> str:
    over = "; too old to send; kept for you to see" if reminder["over"] else ""
    kinds = ", ".join(REMINDER_KIND_LABELS.get(kind, kind) for kind in reminder["kinds"])
    tried = "once" if reminder["tries"] == 1 else f"{reminder['tries']} times"
    whose = f"{reminder['platform']}, member {reminder['member']}"
    return (
        f"  {reminder['id']}  {whose}: {kinds}; since {_host_time_phrase(reminder['since'], zone)}, tried {tried}{over}"
    )


def _host_time_phrase(iso: str, zone: str) -> str:
    return f"{datetime.fromisoformat(iso).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def _counted_noun_phrase(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
