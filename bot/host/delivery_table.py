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
MARK_NOTE = "The letters behind “member” or “club” are a mark, not an id. The same mark is the same one."
RETRY_HINT = "“stalemate deliveries retry” sends them on their way again."
RETRY_REFUSALS = {
    "none": "None is given up, so there is nothing to send again.",
    "asked": "Only posts of clubs are given up. Somebody of the club was asked about each, and decides.",
    "over": "What is given up is too old to send. It is kept for you to see.",
    "waits": "All that can be sent again wait their turn: each member gets one at a time. Run this again later.",
}
SINGLE_RETRY_REFUSALS = {
    "unknown": "No reminder of this id is given up: it was delivered meanwhile, or the id is mistyped. "
    "“stalemate deliveries” lists those that are.",
    "moving": "This one is on its way already.",
    "asked": "This one is a club's post. Somebody of the club was asked about it, and decides.",
    "over": "This one is too old to send. It is kept for you to see.",
    "waits": "This one waits its turn: each member gets one at a time. Run this again later.",
}


def render_delivery_table(report: Mapping[str, Any], zone: str = "UTC") -> str:
    """The table of `stalemate deliveries`, with its times in this zone (IANA name)."""
    lines = [line for name, state in sorted(report["platforms"].items()) for line in _platform_lines(name, state, zone)]
    parked = [_parked_delivery_line(delivery, zone) for delivery in report["parked"]]
    if parked:
        retry = [RETRY_HINT] if not all(delivery["over"] for delivery in report["parked"]) else []
        parked = ["", "Given up, and kept:", *parked, "", MARK_NOTE, *retry]
    return "\n".join([*(lines or ["Nobody has a book yet."]), *parked])


def render_retry_result(result: Mapping[str, Any], reminder_id: str = "") -> str:
    """The outcome of `stalemate deliveries retry`, for one reminder (its id) or for all."""
    if count := result["again"]:
        left = result.get("left", 0)
        more = f" {left} more can follow: run this again later, for each member gets one at a time." if left else ""
        return f"On {'its' if count == 1 else 'their'} way again: {_counted_noun_phrase(count, 'reminder')}.{more}"
    return (SINGLE_RETRY_REFUSALS if reminder_id else RETRY_REFUSALS)[result.get("why", "waits")]


def _platform_lines(platform: str, state: Mapping[str, Any], zone: str) -> list[str]:
    counts = ", ".join(f"{state[kind]} {word}" for kind, word in DELIVERY_STATE_LABELS.items())
    since = f"; the oldest since {_host_time_phrase(state['oldest'], zone)}" if state["oldest"] else ""
    refusals = _refusal_phrases(state["unreachable"], state["refused_channels"])
    if not any(state[kind] for kind in DELIVERY_STATE_LABELS):
        counts = "nothing is on its way" if refusals else "all is delivered."
    reasons = ", ".join(f"{reason} ({count})" for reason, count in sorted(state["reasons"].items()))
    return [f"{platform}: {counts}{since}{refusals}", *([f"  why: {reasons}"] if reasons else [])]


def _refusal_phrases(member_count: int, channel_count: int) -> str:
    whose = "1 member's direct messages are" if member_count == 1 else f"{member_count} members' direct messages are"
    channels = "1 club's channel takes" if channel_count == 1 else f"{channel_count} clubs' channels take"
    members_phrase = f"; {whose} closed (nothing for you to do)" if member_count else ""
    return members_phrase + (f"; {channels} no posts (the facilitator was told)" if channel_count else "")


def _parked_delivery_line(delivery: Mapping[str, Any], zone: str) -> str:
    kinds = ", ".join(REMINDER_KIND_LABELS.get(kind, kind) for kind in delivery["kinds"])
    tried = "once" if delivery["tries"] == 1 else f"{delivery['tries']} times"
    why = f"; why: {delivery['reason']}" if delivery["reason"] else ""
    whose = f"{delivery['platform']}, " + (
        f"club {delivery['club']}" if delivery["club"] else f"member {delivery['member']}"
    )
    over = ""
    if delivery["over"]:
        over = "; somebody of the club was asked" if delivery["club"] else "; too old to send; kept for you to see"
    since = _host_time_phrase(delivery["since"], zone)
    return f"  {delivery['id']}  {whose}: {kinds}; since {since}, tried {tried}{why}{over}"


def _host_time_phrase(iso: str, zone: str) -> str:
    return f"{datetime.fromisoformat(iso).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def _counted_noun_phrase(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
