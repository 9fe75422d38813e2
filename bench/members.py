"""The members of the benchmarks, their books, and what Slack sends when one of them types a command."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random
from urllib.parse import urlencode

from bot.domain.model import Address, Attempt, Book, Channel, Contact, Entry, Profile, ReplyKind, ReplyReceived
from bot.domain.ports import Store

MEMBER_COUNT, CONTACTS_PER_MEMBER = 500, 200
BENCH_TEAM_ID, BENCH_SIGNING_SECRET = "T0CLUB", "a secret of nobody"
# docs.slack.dev/apis/web-api/rate-limits: "several hundred messages per minute" in a workspace; the bot takes 300
POST_LIMIT, POST_LIMIT_SECONDS = 5.0, 10
PACED_CHANNEL_PREFIX = "DP"  # how the conversations begin to which the limit applies
POST_ANSWER_SECONDS = 0.1  # seconds until Slack answers to a message
BENCH_ZONE, BENCH_LANGUAGE = "Europe/Berlin", "en-US"
BENCH_CONTACT_NAMES = ("Dana", "Lee", "Sam", "Priya")
BENCH_NOTE = "Met at the club's open evening."

_trigger_numbers = count()


def bench_user_id(member: int) -> str:
    return f"U{member:05}"


def bench_contact_name(contact: int) -> str:
    return f"{BENCH_CONTACT_NAMES[contact % len(BENCH_CONTACT_NAMES)]} {contact}"


def bench_book(member: int, now: datetime) -> Book:
    """A member's book: about 65 kB. Each contact whose number is even may be written to today."""
    began = now - timedelta(days=60)
    contacts = tuple(_bench_contact(number, began) for number in range(CONTACTS_PER_MEMBER))
    owner = Address("slack", bench_user_id(member), BENCH_TEAM_ID)
    profile = Profile(BENCH_ZONE, BENCH_LANGUAGE.partition("-")[0])
    return Book(
        owner=owner, created_at=began, last_active_at=now, profile=profile, contacts=contacts, zone_announced=True
    )


def _bench_contact(number: int, began: datetime) -> Contact:
    """Four kinds in turn: not written to yet, waited for, answered, waited for."""
    wrote = Attempt(id=f"a{number:07}", at=began, channel=Channel.EMAIL)
    reply = ReplyReceived(id=f"r{number:07}", at=began + timedelta(days=4), reply_kind=ReplyKind.ANSWER)
    lines: tuple[tuple[Entry, ...], ...] = ((), (wrote,), (wrote, reply), (wrote,))
    return Contact(
        id=f"{number:022}",
        name=bench_contact_name(number),
        added_at=began,
        changed_at=began,
        company="Example Works",
        note=BENCH_NOTE,
        entries=lines[number % len(lines)],
    )


async def seed_member_books(store: Store, now: datetime) -> None:
    for start in range(0, MEMBER_COUNT, 25):
        await asyncio.gather(*(store.save(bench_book(member, now)) for member in range(start, start + 25)))


def command_bodies(what: str, seed: int = 1) -> Iterator[str]:
    """Bodies of the command for one contact after the other, by members in no order. `what`: with `{name}`."""
    chance = Random(seed)  # noqa: S311 (nothing secret)
    while True:
        contact = 2 * chance.randrange(CONTACTS_PER_MEMBER // 2)
        yield slash_command_body(
            bench_user_id(chance.randrange(MEMBER_COUNT)), what.format(name=bench_contact_name(contact))
        )


def slash_command_body(who: str, text: str) -> str:
    """A slash command as Slack sends it by HTTP."""
    return urlencode(slash_command_payload(who, text))


def slash_command_payload(who: str, text: str) -> dict[str, str]:
    number = next(_trigger_numbers)
    return {
        "token": "gone",
        "team_id": BENCH_TEAM_ID,
        "team_domain": "club",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": who,
        "user_name": "member",
        "command": "/outreach",
        "text": text,
        "api_app_id": "A0BENCH",
        "is_enterprise_install": "false",
        "response_url": f"http://127.0.0.1:9/commands/{number}",
        "trigger_id": f"{time.monotonic_ns()}.{number}",
    }


def signed_headers(said: str) -> dict[str, str]:
    """The headers of a request, signed now."""
    stamp = str(int(time.time()))
    signature = hmac.new(BENCH_SIGNING_SECRET.encode(), f"v0:{stamp}:{said}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signature}",
    }
