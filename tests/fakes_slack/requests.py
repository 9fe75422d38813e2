"""HTTP mode: signed requests to the bot's request URL."""

from __future__ import annotations

import hashlib
import hmac
import json
from urllib.parse import urlencode

import aiohttp

from tests.fakes_slack.events import Acknowledgement, EventDelivery, take_acknowledgement
from tests.fakes_slack.state import Json
from tests.fakes_slack.world import SlackWorld

URLENCODED = "application/x-www-form-urlencoded"


def sign_slack_request(body: bytes, timestamp: str, secret: str) -> str:
    signed = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={signed.hexdigest()}"


def encode_delivery(delivery: EventDelivery) -> tuple[bytes, str]:
    """The body of the request, and its content type."""
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    if delivery.kind == "slash_commands":
        return urlencode(delivery.payload).encode(), URLENCODED
    return urlencode({"payload": json.dumps(delivery.payload)}).encode(), URLENCODED


class RequestPoster:
    """Posts to `url`; each request is kept in its delivery, to be replayed byte by byte."""

    def __init__(self, world: SlackWorld, secret: str) -> None:
        self.world = world
        self.secret = secret
        self.url = ""
        self.session: aiohttp.ClientSession | None = None

    def signed(self, body: bytes, kind: str, at: float | None = None, secret: str | None = None) -> dict[str, str]:
        """The headers of a request; `at` (seconds since 1970) and `secret` may be wrong ones."""
        timestamp = str(int(self.world.clock() if at is None else at))
        return {
            "Content-Type": kind,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign_slack_request(body, timestamp, secret or self.secret),
        }

    async def post(self, body: bytes, headers: dict[str, str], within: float) -> tuple[int, str]:
        """One request as it stands, and what came back: status and text."""
        if self.session is None:
            # A connection for each request: one that was idle may be closed by the bot just as a request is sent on it,
            # above all while its clock is moved, and a POST on it would be lost.
            self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        limit = aiohttp.ClientTimeout(total=within)
        async with self.session.post(self.url, data=body, headers=headers, timeout=limit) as answer:
            return answer.status, await answer.text()

    async def carry(self, delivery: EventDelivery, within: float) -> None:
        body, kind = encode_delivery(delivery)
        headers = self.signed(body, kind)
        if delivery.attempt:
            headers |= {"X-Slack-Retry-Num": str(delivery.attempt), "X-Slack-Retry-Reason": "http_timeout"}
        delivery.sent.append((body, headers))
        try:
            status, text = await self.post(body, headers, within)
        except (aiohttp.ClientError, TimeoutError):
            delivery.failures.append(Acknowledgement(status=0))
            return
        if 200 <= status < 300:
            take_acknowledgement(self.world, delivery, _parse_response_payload(text))
        else:
            delivery.failures.append(Acknowledgement(status=status))

    async def close(self) -> None:
        if self.session is not None:
            await self.session.close()


def _parse_response_payload(text: str) -> Json:
    if not text.strip():
        return {}
    return dict(json.loads(text)) if text.startswith("{") else {"text": text}
