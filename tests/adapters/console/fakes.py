"""A small core that behaves: it remembers contacts and reminders, and answers with cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.calendar import Calendar
from bot.domain.messages import Button, Card, Choice, Choose, Form, Input, InputKind, Response, Row, Section
from bot.domain.model import Actor, Address, ClubChannel, ClubKey
from bot.domain.ports import Messenger

CONSOLE_CLUB_CHANNEL = ClubChannel(ClubKey("console"), "club")
CONSOLE_CHANNEL_CHOICES = (Choice("email", "E-mail"), Choice("phone", "Phone call"))
ADD_CONTACT_FORM = Form(
    "Add someone",
    "add",
    (
        Input("contact", "Who is it?", required=True),
        Input("channel", "How did you reach out?", InputKind.SELECT, value="email", options=CONSOLE_CHANNEL_CHOICES),
    ),
)
INVITE_FORM = Form(
    "Invite",
    "invite",
    (
        Input("who", "Whom?", InputKind.PERSON, value="<@kim>"),
        Input("where", "Where?", InputKind.CHANNEL),
    ),
)


@dataclass
class FakeBookStore:
    """What outlives a restart: the books, and how often the store was opened."""

    contacts: dict[Address, list[str]] = field(default_factory=dict)
    due: list[tuple[datetime, Address, str]] = field(default_factory=list)
    opened: int = 0
    closed: int = 0
    stuck: datetime | None = None
    failing: bool = False


@dataclass
class ConsoleFakeCore:
    shelf: FakeBookStore
    messenger: Messenger
    zone: str = "Europe/Berlin"
    received_calls: list[tuple[str, object]] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)

    async def handle_command(self, actor: Actor, text: str, now: datetime, event_id: str = "") -> Response:
        self.received_calls.append(("text", text))
        self.actors.append(actor)
        owner = actor.address
        match text.split(maxsplit=1):
            case ["add", name]:
                return self._add(owner, name, now)
            case ["add"]:
                return ADD_CONTACT_FORM
            case ["forget"]:
                self.shelf.contacts.pop(owner, None)
                return _labelled_card("All forgotten.")
            case ["invite"]:
                return INVITE_FORM
            case ["post", words]:
                await self.messenger.send(CONSOLE_CLUB_CHANNEL, _labelled_card(words, "Join", "Not now"), words)
                return _labelled_card("Posted.")
            case ["fail"]:
                raise RuntimeError("Dana's secret")
            case ["quiet"]:
                return _labelled_card("No buttons here.")
            case ["everybody"]:
                lee, dana, board = (Button(name, name) for name in ("Lee", "Dana", "Board"))
                rows = (Section("Your turn", (Row((), lee, "Lee Wong"),)),)
                return Card((), buttons=(board,), sections=rows, choose=Choose("Somebody else?", (dana,)))
            case ["board"]:
                names = ", ".join(self.shelf.contacts.get(owner, [])) or "nobody"
                return _labelled_card(f"On your board: {names}.", "Add", "More…")
        return _labelled_card(f"You said {text}.", "Yes", "Yes, but later", "I’d rather not")

    async def handle_button(self, actor: Actor, line: str, now: datetime, event_id: str = "") -> Response:
        self.received_calls.append(("press", line))
        self.actors.append(actor)
        return ADD_CONTACT_FORM if line == "Add" else _labelled_card(f"Pressed {line}.", "Undo")

    async def handle_form(
        self, actor: Actor, form: Form, values: Mapping[str, str], now: datetime, event_id: str = ""
    ) -> Response:
        self.received_calls.append(("fill", dict(values)))
        self.actors.append(actor)
        return self._add(actor.address, values["contact"], now) if values.get("contact") else form

    async def sweep(self, now: datetime, utc_now: Callable[[], datetime] | None = None) -> int:
        if self.shelf.failing:
            raise RuntimeError("Dana's secret")
        due = sorted(one for one in self.shelf.due if one[0] <= now and one[0] != self.shelf.stuck)[:1]
        for at, owner, name in due:
            key = f"{name}-{at:%d}"
            if not await self.messenger.was_sent(owner, key, at):
                await self.messenger.send(
                    owner, _labelled_card(f"It's okay to write to {name}.", "Words", "Later"), key
                )
            self.shelf.due.remove((at, owner, name))
        return len(due)

    async def next_wake(self) -> datetime | None:
        return min((at for at, _, _ in self.shelf.due), default=None)

    async def member_calendar(self, owner: Address) -> Calendar:
        return Calendar(self.zone)

    async def has_book(self, owner: Address) -> bool:
        return owner in self.shelf.contacts

    async def close(self) -> None:
        self.shelf.closed += 1

    def _add(self, owner: Address, name: str, now: datetime) -> Card:
        self.shelf.contacts.setdefault(owner, []).append(name)
        self.shelf.due += [(now + timedelta(days=days), owner, name) for days in (2, 5)]
        return _labelled_card(f"{name} is on your board.", "Add", "Undo")


def _labelled_card(line: str, *labels: str) -> Card:
    return Card(((line,),), buttons=tuple(Button(label, label) for label in labels))


def parse_fake_duration(text: str, now: datetime, calendar: Calendar) -> datetime:
    """`3 days` alone; what cannot be read raises what the real one raises."""
    from bot.domain.errors import BadValue, BadValueReason

    number, _, unit = text.partition(" ")
    if not number.lstrip("-").isdigit() or unit not in ("days", "hours"):
        raise BadValue("until", BadValueReason.UNCLEAR_TIME, text)
    return now + timedelta(**{unit: int(number)})
