"""What the fake Discord consists of."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.fakes_common.server import SeenRequest
from tests.fakes_common.world import FakePlatformClock
from tests.fakes_discord.reading import VisibleControl, visible_controls, visible_message_text

Json = dict[str, Any]
DISCORD_EPOCH = 1_420_070_400_000  # ms; Discord docs, Reference, "Snowflakes"
APPLICATION_ID = 900_000_000_000_000_001
BOT_USER_ID = 900_000_000_000_000_002
GUILD_ID = 700_000_000_000_000_001
GENERAL_CHANNEL_ID = 700_000_000_000_000_002
ADA_USER_ID = 100_000_000_000_000_001
LEE_USER_ID = 100_000_000_000_000_002
OTHER_GUILD_ID = 700_000_000_000_000_003  # a server that the bot is not in
# Discord docs, Channel resource, "Channel Types"
CHANNEL_TYPE_TEXT, CHANNEL_TYPE_VOICE, CHANNEL_TYPE_NEWS, CHANNEL_TYPE_THREAD = 0, 2, 5, 11
FLAG_EPHEMERAL = 1 << 6
FLAG_LOADING = 1 << 7
FLAG_COMPONENTS_V2 = 1 << 15


class SnowflakeIds:
    """Ids that carry their moment; each without an `at` is later than the one before."""

    def __init__(self, clock: FakePlatformClock) -> None:
        self.clock = clock
        self.last = 0
        self.numbers = count(1)

    def __call__(self, at: float | None = None) -> int:
        moment = self.clock() if at is None else at
        bare = (int(moment * 1000) - DISCORD_EPOCH) << 22
        if at is not None:
            return bare | 1 << 21 | next(self.numbers)  # as from another of Discord's workers: no two ids are alike
        self.last = max(self.last + 1, bare)
        return self.last


def iso_timestamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


@dataclass
class DiscordUser:
    """A person. `installed`: has the app for themselves, to use it anywhere; `leads`: may manage the server.

    `nick`: what they are called there.
    """

    id: int
    name: str = ""
    locale: str = "en-US"
    installed: bool = True
    bot: bool = False
    leads: bool = False
    nick: str = ""

    def payload(self) -> Json:
        shown: Json = {"id": str(self.id), "username": self.name, "global_name": self.name.title()}
        shown |= {"discriminator": "0", "avatar": None, "public_flags": 0}
        return shown | ({"bot": True} if self.bot else {})


@dataclass
class DiscordChannel:
    """A place for messages: `kind` is `guild`, `dm` (with the bot) or `private` (between two people).

    Of a server: `form` is its type (`CHANNEL_TYPE_TEXT`, …); `sees`, `sends`, `reads`: what it may do there, the last
    about what was written before.
    """

    id: int
    kind: str
    members: tuple[int, ...] = ()
    messages: list[DiscordScreenMessage] = field(default_factory=list)
    guild: int = GUILD_ID
    name: str = "general"
    form: int = CHANNEL_TYPE_TEXT
    sees: bool = True
    sends: bool = True
    reads: bool = True
    archived: bool = False
    gone: bool = False


@dataclass
class DiscordScreenMessage:
    """What stands on a screen. `only_for`: the one person who sees it; `versions`: what stood there before."""

    id: int
    channel: int
    author: int
    at: float
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    only_for: int = 0
    nonce: str = ""
    allowed_mentions: Json | None = None
    edited: float | None = None
    gone: bool = False
    versions: list[str] = field(default_factory=list)
    interaction: int = 0

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & FLAG_EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether only "… is thinking" stands there."""
        return bool(self.flags & FLAG_LOADING)

    @property
    def said(self) -> str:
        """What a reader sees of it, without the buttons."""
        return visible_message_text(self.content, self.embeds, self.components)

    @property
    def faces(self) -> list[VisibleControl]:
        return visible_controls(self.components)

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """Buttons as (label, custom_id), and options of selects as (label, value), in the order in which they stand."""
        return [
            shown
            for face in self.faces
            for shown in (
                [(option["label"], option["value"]) for option in face.component.get("options") or []]
                or [(face.label, face.custom_id)]
            )
        ]

    def change(self, sent: Json, at: float) -> None:
        """Take over what an edit names; the rest stays."""
        self.versions.append(self.said)
        if "content" in sent:
            self.content = sent["content"] or ""
        if "embeds" in sent:
            self.embeds = deepcopy(sent["embeds"] or [])
        if "components" in sent:
            self.components = with_component_numbers(sent["components"] or [])
        self.flags &= ~FLAG_LOADING
        self.edited = at


@dataclass
class DiscordModal:
    """A form before a person. `source` is the message on whose button it was opened."""

    interaction: int
    person: int
    body: Json
    channel: int
    source: DiscordScreenMessage | None = None
    open: bool = True

    @property
    def title(self) -> str:
        return str(self.body["title"])

    @property
    def custom_id(self) -> str:
        return str(self.body["custom_id"])

    @property
    def components(self) -> list[Json]:
        return list(self.body["components"])

    @property
    def said(self) -> str:
        return "\n".join([self.title, visible_message_text("", [], self.components)]).strip()


@dataclass
class DiscordInteraction:
    """One thing that a person did, and what came of it."""

    id: int
    token: str
    kind: int
    person: int
    channel: int
    made: float
    payload: Json
    source: DiscordScreenMessage | None = None
    modal: DiscordModal | None = None
    callback: Json | None = None
    original: DiscordScreenMessage | None = None
    opened: DiscordModal | None = None
    choices: list[Json] | None = None
    followups: list[DiscordScreenMessage] = field(default_factory=list)
    changes: int = 0

    @property
    def type(self) -> int:
        """The type of the bot's first answer, 0 before it."""
        return int(self.callback["type"]) if self.callback else 0


@dataclass
class DiscordRequest(SeenRequest):
    """One request of the bot; `route` is its template."""

    method: str
    route: str
    path: str
    body: Any
    query: dict[str, str]
    at: float
    token: str = ""
    answered: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.method} {self.route}"

    @property
    def names(self) -> tuple[str, ...]:
        return self.name, self.scope

    @property
    def scope(self) -> str:
        return f"{self.method} {self.path}"


def with_component_numbers(components: list[Json]) -> list[Json]:
    """The components as Discord keeps them: a copy in which each has a number of its own."""
    kept = deepcopy(components)
    taken = {one["id"] for one in walk_components(kept) if one.get("id")}
    free = (number for number in count(1) if number not in taken)
    for component in walk_components(kept):
        if not component.get("id"):
            component["id"] = next(free)
    return kept


def walk_components(components: list[Json]) -> list[Json]:
    """Each component with those inside it, from the top."""
    found: list[Json] = []
    for component in components:
        inner = [component["component"]] if "component" in component else []
        inner += component.get("components") or []
        inner += [component["accessory"]] if component.get("accessory") else []
        found += [component, *walk_components(inner)]
    return found
