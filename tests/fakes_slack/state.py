"""What the fake workspace consists of."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.fakes_common.server import SeenRequest
from tests.fakes_common.world import FakePlatformClock
from tests.fakes_slack.reading import block_buttons, visible_block_text

Json = dict[str, Any]


@dataclass
class SlackChannel:
    """A channel with who is in it, the bot too where it was invited. `refuses`: how Slack refuses each of its posts."""

    id: str
    name: str
    private: bool = False
    members: set[str] = field(default_factory=set)
    archived: bool = False
    deleted: bool = False
    refuses: str = ""


@dataclass
class SlackUser:
    """A person of the workspace; `team` is another one's for a guest from outside, `shown` the name that they chose."""

    id: str
    name: str = ""
    tz: str = "Europe/Berlin"
    locale: str = "en-US"
    deleted: bool = False
    team: str = ""
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False
    is_primary_owner: bool = False
    is_restricted: bool = False
    shown: str | None = None
    real: str | None = None

    def profile(self, with_locale: bool, team: str) -> Json:
        """The user as `users.info` and `user_change` tell of them."""
        shown: Json = {
            "id": self.id,
            "team_id": self.team or team,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name,
            "is_bot": self.is_bot,
            "is_stranger": bool(self.team),
            "updated": 0,
            "profile": {
                "real_name": self.real_name,
                "display_name": self.name if self.shown is None else self.shown,
                "team": self.team or team,
            },
        }
        if not self.deleted:
            shown |= {"tz": self.tz, "tz_label": self.tz, "tz_offset": 0}
            roles = ("is_admin", "is_owner", "is_primary_owner", "is_restricted")
            shown |= {role: getattr(self, role) for role in roles}
        return shown | ({"locale": self.locale} if with_locale else {})

    @property
    def real_name(self) -> str:
        return self.name if self.real is None else self.real


@dataclass(frozen=True)
class SlackCall(SeenRequest):
    """One call of a method, or of a response address."""

    method: str
    arguments: Json
    at: float
    token: str = ""
    answered: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.method

    @property
    def scope(self) -> str:
        """Posting is limited in each channel."""
        where = f" {self.arguments.get('channel', '')}" if self.method == "chat.postMessage" else ""
        return self.method + where


@dataclass
class SlackScreenMessage:
    """What stands on a screen. `only_for` is set for an ephemeral one; `versions` is what stood there before."""

    ts: str
    channel: str
    author: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    only_for: str = ""
    metadata: Json | None = None
    gone: bool = False
    versions: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """What a reader sees of it, without the buttons."""
        return visible_block_text(self.blocks) if self.blocks else visible_block_text(self.text)

    @property
    def buttons(self) -> list[tuple[str, str]]:
        return block_buttons(self.blocks)

    def replace(self, text: str, blocks: list[Json]) -> None:
        self.versions.append(self.said)
        self.text, self.blocks = text, blocks

    def payload(self, with_metadata: bool = False) -> Json:
        """The message as Slack gives it back."""
        shown: Json = {"type": "message", "user": self.author, "text": self.text, "ts": self.ts}
        shown["blocks"] = deepcopy(self.blocks)
        if self.versions:
            shown["edited"] = {"user": self.author, "ts": self.ts}
        if with_metadata and self.metadata:
            shown["metadata"] = self.metadata
        return shown


@dataclass
class SlackView:
    """A modal or a home tab. `typed` is what the person has filled in so far, by block."""

    id: str
    user: str
    body: Json
    hash: str
    typed: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.body.get("title", {}).get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        return list(self.body.get("blocks", []))

    @property
    def said(self) -> str:
        return visible_block_text(self.blocks)

    @property
    def buttons(self) -> list[tuple[str, str]]:
        return block_buttons(self.blocks)


@dataclass
class SlackScreen:
    """What one person has before them, apart from channels."""

    ephemerals: list[SlackScreenMessage] = field(default_factory=list)
    stack: list[SlackView] = field(default_factory=list)
    home: SlackView | None = None


@dataclass
class SlackTrigger:
    user: str
    made: float
    used: bool = False


@dataclass
class ResponseAddress:
    """Where one answer to an interaction may be sent, five times within 30 minutes."""

    user: str
    channel: str
    made: float
    original: SlackScreenMessage | None = None
    uses: int = 0


class SlackIds:
    """Numbers and message times that never repeat."""

    def __init__(self, clock: FakePlatformClock) -> None:
        self.clock = clock
        self.numbers = count(1)
        self.last = 0

    def id(self, prefix: str) -> str:
        return f"{prefix}{next(self.numbers):08X}"

    def ts(self) -> str:
        """A time stamp in the form of Slack, later than each before it."""
        self.last = max(self.last + 1, int(self.clock() * 1_000_000))
        return f"{self.last // 1_000_000}.{self.last % 1_000_000:06d}"


def with_block_ids(blocks: list[Json], new_id: Callable[[str], str]) -> list[Json]:
    """The blocks as Slack keeps them: a copy in which each block and element has an id."""
    kept = deepcopy(blocks)
    for block in kept:
        block.setdefault("block_id", new_id("b"))
        inner = [block.get("accessory"), block.get("element")]
        if block.get("type") == "actions":
            inner += block.get("elements", [])
        for element in inner:
            if isinstance(element, dict) and element.get("type") != "image":
                element.setdefault("action_id", new_id("a"))
    return kept
