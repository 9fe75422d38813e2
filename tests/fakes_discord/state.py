"""What the fake Discord consists of."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.fakes_discord.reading import Face, faces, said
from tests.fakes_slack.state import Clock

Json = dict[str, Any]
DISCORD_EPOCH = 1_420_070_400_000  # ms; Discord docs, Reference, "Snowflakes"
APP = 900_000_000_000_000_001
BOT = 900_000_000_000_000_002
GUILD = 700_000_000_000_000_001
GENERAL = 700_000_000_000_000_002
ADA = 100_000_000_000_000_001
LEE = 100_000_000_000_000_002
ELSEWHERE = 700_000_000_000_000_003  # a server that the bot is not in
TEXT_CHANNEL, VOICE, NEWS, THREAD = 0, 2, 5, 11  # Discord docs, Channel resource, "Channel Types"
EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15


class Snowflakes:
    """Ids that carry their moment; each without an `at` is later than the one before."""

    def __init__(self, clock: Clock) -> None:
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


def iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


@dataclass
class User:
    """A person. `closed`: takes no direct messages; `installed`: has the app for themselves, to use it anywhere.

    `leads`: may manage the server; `nick`: what they are called there.
    """

    id: int
    name: str = ""
    locale: str = "en-US"
    closed: bool = False
    installed: bool = True
    bot: bool = False
    leads: bool = False
    nick: str = ""

    def payload(self) -> Json:
        shown: Json = {"id": str(self.id), "username": self.name, "global_name": self.name.title()}
        shown |= {"discriminator": "0", "avatar": None, "public_flags": 0}
        return shown | ({"bot": True} if self.bot else {})


@dataclass
class Channel:
    """A place for messages: `kind` is `guild`, `dm` (with the bot) or `private` (between two people).

    Of a server: `form` is its type (`TEXT_CHANNEL`, …); `sees`, `sends`, `reads`: what the bot may do there, the last
    about what was written before.
    """

    id: int
    kind: str
    members: tuple[int, ...] = ()
    messages: list[Message] = field(default_factory=list)
    guild: int = GUILD
    name: str = "general"
    form: int = TEXT_CHANNEL
    sees: bool = True
    sends: bool = True
    reads: bool = True
    archived: bool = False
    gone: bool = False


@dataclass
class Message:
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
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether only "… is thinking" stands there."""
        return bool(self.flags & LOADING)

    @property
    def said(self) -> str:
        """What a reader sees of it, without the buttons."""
        return said(self.content, self.embeds, self.components)

    @property
    def faces(self) -> list[Face]:
        return faces(self.components)

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """The buttons as (label, custom_id), in the order in which they stand."""
        return [(face.label, face.custom_id) for face in self.faces]

    def change(self, sent: Json, at: float) -> None:
        """Take over what an edit names; the rest stays."""
        self.versions.append(self.said)
        if "content" in sent:
            self.content = sent["content"] or ""
        if "embeds" in sent:
            self.embeds = deepcopy(sent["embeds"] or [])
        if "components" in sent:
            self.components = numbered(sent["components"] or [])
        self.flags &= ~LOADING
        self.edited = at


@dataclass
class Modal:
    """A form before a person. `source` is the message on whose button it was opened."""

    interaction: int
    person: int
    body: Json
    channel: int
    source: Message | None = None
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
        return "\n".join([self.title, said("", [], self.components)]).strip()


@dataclass
class Interaction:
    """One thing that a person did, and what came of it."""

    id: int
    token: str
    kind: int
    person: int
    channel: int
    made: float
    payload: Json
    source: Message | None = None
    modal: Modal | None = None
    callback: Json | None = None
    original: Message | None = None
    opened: Modal | None = None
    choices: list[Json] | None = None
    followups: list[Message] = field(default_factory=list)
    changes: int = 0

    @property
    def type(self) -> int:
        """The type of the bot's first answer, 0 before it."""
        return int(self.callback["type"]) if self.callback else 0


@dataclass
class Call:
    """One request of the bot; `route` is its template, `at` by the fake's clock, `answered` how it ended."""

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


def numbered(components: list[Json]) -> list[Json]:
    """The components as Discord keeps them: a copy in which each has a number of its own."""
    kept = deepcopy(components)
    taken = {one["id"] for one in walk(kept) if one.get("id")}
    free = (number for number in count(1) if number not in taken)
    for one in walk(kept):
        if not one.get("id"):
            one["id"] = next(free)
    return kept


def walk(components: list[Json]) -> list[Json]:
    """Each component with those inside it, from the top."""
    found: list[Json] = []
    for component in components:
        inner = [component["component"]] if "component" in component else []
        inner += component.get("components") or []
        inner += [component["accessory"]] if component.get("accessory") else []
        found += [component, *walk(inner)]
    return found
