"""The lines that a version draws: one of each row, argument and value; and those that people type."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime

from bot.commands import COMMANDS, Argument, ArgumentKind, Command, parser
from bot.domain.errors import UserError
from bot.domain.messages import Card, Form, Page
from bot.domain.messages import Response as Said
from bot.domain.model import Book, ClubChannel
from bot.text.command_line import to_command_line
from storage.memory import MemoryStore
from tests.app.club_walk import HIDDEN_CLUB_LINES, HIDDEN_IN_CHANNEL_LINES, walk_clubs
from tests.app.walk import walk_bot
from tests.fakes import FakeMessenger
from tests.stores.store_answers import (
    FIRST_NEW_ID,
    PlainJson,
    StoreBot,
    StoreSpeakers,
    first_line_of_answer,
    later_ids,
    response_text,
)

# Values of these are somebody's or some day's; those of the others are the program's own words.
FREE_VALUE_ARGUMENTS = frozenset(
    (
        *(
            "contact",
            "via",
            "draft",
            "mark",
            "sure",
            "club",
            "ask",
            "offer",
            "tip",
            "season",
            "plan",
            "of",
            "doubt",
            "about",
            "day",
        ),
        *(
            "resume",
            "by",
            "busy",
            "page",
            "member",
            "company",
            "note",
            "role",
            "search",
            "reason",
            "email",
            "phone",
            "text",
        ),
    )
)
NOT_FOUND_ANSWERS = (
    "card: I can't find that any more",
    "card: That button was from earlier",
    "card: I can take back your last change, once; there is none",
)
MAX_FOLLOWED_STEPS = 3  # steps that are looked behind
TYPED_SAMPLE_LINES = (
    *(
        "board",
        "settings",
        "others",
        "landed",
        "pause until: friday",
        "help",
        "help add",
        "bord",
        "undo",
        "log",
        "plan",
    ),
    *(
        "settings zone: Tokyo",
        "settings country: XX",
        "pause",
        "add",
        "/club",
        "/club tips",
        "/club mirror",
        "/club ask",
    ),
    *("/club pulse", "/club setup", "/club busy", "/club facilitator", "/club win", "/club leave", "/club join"),
    *("/club busy from: 1 feb until: 5 feb reason: a week off", "/club facilitator member: <@UEVE> until: 5 jan"),
    *("/club facilitator member: <@UEVE>", "forget me", "/club ask company: Hooli about: how they build things"),
    *("/club win text: a kind talk", "add Nina channel: email", "add Nina channel: phone via: Bo", "help zzz"),
    "/club busy from: 5 jan until: 20 dec",
    "/club setup channel: nothing day: x",
    "/club setup channel: <#C0CLUB> day: tuesday hour: soon zone: Europe/Berlin",
    "settings zone: X",
    "settings written: 5",
    "undo all",
    "add Dana compny: x",
    "/club setup chanel: x",
)
CONTACT_LINE_TEMPLATES = (
    *("show {}", "why {}", "words {}", "words {} channel: phone", "others {}", "edit {}", "log {} channel: email"),
    *("log {} channel: phone", "reply {}", "reply {} kind: answer", "reply {} kind: referral", "reply {} kind: no"),
    *("reply {} kind: away until: 5 jan", "plan {} when: friday 15:00", "plan {} when: today 8:00", "snooze {}"),
    *("snooze {} until: friday", "rest {}", "close {}", "close {} outcome: met", "forget {}", "log {}"),
)


@dataclass(frozen=True)
class FoundLine:
    """A line, who was shown it, the book of theirs in which its draft stands, and what led to it."""

    who: str
    private: bool
    line: PlainJson
    book: Book | None = None
    path: tuple[PlainJson, ...] = ()

    @property
    def plain(self) -> PlainJson:
        return {"who": self.who, **({"in private": True} if self.private else {}), **self.line}

    @property
    def filled(self) -> list[str]:
        return [f"{name}{'' if value else ' empty'}" for name, value in self.line["values"].items()]

    @property
    def kind(self) -> str:
        """Two lines of one kind ask for the same: the row, its arguments, and those values that are its own words."""
        if "fill" in self.line:
            return f"fill {self.line['fill']} {' '.join(sorted(self.filled))}"
        return line_kind(self.line.get("press") or self.line["type"], self.book)


def line_kind(line: str, book: Book | None = None) -> str:
    said = parser.parse_button_command(line)
    shown = [f"{name}: {_value_in_kind(name, value, book)}" for name, value in sorted(said.values.items())]
    return " ".join([said.command.name, *shown])


def _value_in_kind(name: str, value: str, book: Book | None) -> str:
    drafts = book.drafts if book and name in ("draft", "resume") else ()
    for draft in drafts:
        if draft.id == value:
            return f"<{draft.command} {' '.join(name for name, _value in draft.values)}>"
    if name == "contact" and value == "me":
        return value
    return "…" if name in FREE_VALUE_ARGUMENTS or re.search(r"\d", value) else value


def lines_in_response(reply: Said | Page) -> Iterator[PlainJson]:
    """The lines that can be pressed on it, and, of a form, what is sent when its answers are given."""
    if isinstance(reply, Form):
        if reply.reopen:
            yield {"press": reply.reopen}
        for empty in (True, False):
            values = {
                input_.name: input_.value or ("" if empty else _sample_input_value(input_.kind, input_.name))
                for input_ in reply.inputs
            }
            options = {
                input_.name: input_.options[0].value
                for input_ in reply.inputs
                if input_.options and not values[input_.name]
            }
            yield {"fill": reply.command, "values": {**dict(reply.fixed), **values, **({} if empty else options)}}
        return
    if isinstance(reply, Card):
        buttons = list(reply.acts)
    else:
        of_rows = [row.button for section in reply.sections for row in section.rows if row.button]
        buttons = [*reply.buttons, *of_rows]
    yield from ({"press": button.line} for button in buttons)


def _sample_input_value(kind: str, name: str) -> str:
    named = {"zone": "Tokyo", "country": "JP", "hour": "19:00", "via": "Sam", "email": "kim@example.org"}
    by_kind = {"moment": "15 jan 10:00", "date": "15 jan", "number": "1", "person": "<@UEVE>", "channel": "<#C0CLUB>"}
    return named.get(name) or by_kind.get(kind) or "small steps"


async def drawn_lines(
    people: StoreSpeakers, store: MemoryStore, seen: Iterable[tuple[str, bool, Said]], now: datetime
) -> list[FoundLine]:
    """All that anybody can be shown over a store, beginning with what was `seen`: by whom, and whether in private."""
    books = {name: await store.load(who.address) for name, who in people.items()}
    found = [
        FoundLine(name, private, line, books[name])
        for name, private, reply in seen
        for line in lines_in_response(reply)
    ]
    for name, book in books.items():
        page = await StoreBot(deepcopy(store), now).core.home_page(people[name].actor(), now)
        found += [FoundLine(name, False, line, book) for line in lines_in_response(page)]
        contacts = [contact.name for contact in (book.contacts if book else ())]
        said = [
            *TYPED_SAMPLE_LINES,
            *(about.format(f'"{contact}"') for contact in contacts for about in CONTACT_LINE_TEMPLATES),
        ]
        lines = [
            *HIDDEN_CLUB_LINES,
            *HIDDEN_IN_CHANNEL_LINES,
            *(f"tip text: {text}" for text in ("small steps", "Kim and Dana wrote")),
        ]
        for path in [*({"type": one} for one in said), *({"press": one} for one in lines)]:
            found += [one async for one in _lines_behind(people, store, now, name, path)]
    return found


def delivered_responses(people: StoreSpeakers, sent: Mapping[str, FakeMessenger]) -> Iterator[tuple[str, bool, Said]]:
    """What came unasked, to whom; a post in a channel is seen by all who are there."""
    for messenger in sent.values():
        for to, card, _key in messenger.delivered:
            for name, who in people.items():
                if isinstance(to, ClubChannel) and (who.key, who.room) == (to.club, to.channel_id):
                    yield name, False, card
                elif to == who.address:
                    yield name, True, card


async def _lines_behind(
    people: StoreSpeakers, store: MemoryStore, now: datetime, name: str, line: PlainJson
) -> AsyncIterator[FoundLine]:
    """What is behind it, two steps deep."""
    queue: list[tuple[MemoryStore, tuple[PlainJson, ...]]] = [(store, (line,))]
    cards = set()
    while queue:
        before, path = queue.pop(0)
        alone = StoreBot(deepcopy(before), now, new_id=later_ids(FIRST_NEW_ID + 1_000 * len(path)))
        reply = await _run_line(alone, people, name, path[-1])
        if (card := response_text(reply)) in cards:
            continue
        cards.add(card)
        book = await alone.store.load(people[name].address)
        for further in lines_in_response(reply):
            yield FoundLine(name, False, further, book, path)
            if len(path) < MAX_FOLLOWED_STEPS and "press" in further:
                queue.append((alone.store, (*path, further)))


async def _run_line(bot: StoreBot, people: StoreSpeakers, name: str, line: PlainJson) -> Said:
    who = people[name]
    return await (bot.press(who, line["press"]) if "press" in line else bot.say(who, line["type"]))


def typed_lines() -> Iterator[FoundLine]:
    """What people type: each argument of each row that is not hidden, with each of its choices."""
    for row in COMMANDS:
        if row.is_hidden:
            continue
        for arg in (None, *row.arguments):
            if arg and arg.kind is ArgumentKind.HIDDEN:
                continue
            for value in _sample_argument_values(arg) if arg else ("",):
                given = {
                    argument.name: _sample_argument_values(argument)[0]
                    for argument in row.arguments
                    if argument.required
                }
                given = {**given, **_required_arguments(row, arg), **({arg.name: value} if arg else {})}
                who = "Ben" if row.root == "outreach" else "Ann"
                yield FoundLine(who, False, {"type": f"/{row.root} {_compose_line(row, given)}".strip()})


def _required_arguments(row: Command, arg: Argument | None) -> dict[str, str]:
    if arg and row.name == "setup":
        return {"channel": "<#C0CLUB>", "day": "tuesday", "hour": "18:00", "zone": "Berlin"}
    return (
        {"channel": "email"} if arg and row.name == "add" else {"kind": "away"} if arg and row.name == "reply" else {}
    )


def _compose_line(row: Command, given: dict[str, str]) -> str:
    return " ".join([row.name, *(to_command_line("", **{name: value}).strip() for name, value in given.items())])


def _sample_argument_values(arg: Argument) -> tuple[str, ...]:
    named = {"zone": "Tokyo", "country": "JP", "email": "kim@example.org", "topic": "add", "via": "Sam", "hour": "9:00"}
    if arg.choices:
        return arg.choices
    if arg.name in named:
        return (named[arg.name],)
    return {
        ArgumentKind.CONTACT: ("Dana",),
        ArgumentKind.PAST_TIME: ("yesterday",),
        ArgumentKind.FUTURE_TIME: ("15 jan 10:00",),
        ArgumentKind.FUTURE_DAY: ("15 jan",),
        ArgumentKind.DATE_RANGE: ("20 dec to 5 jan",),
        ArgumentKind.NUMBER: ("1",),
        ArgumentKind.YES_NO: ("yes", "no"),
        ArgumentKind.PLATFORM_USER: ("<@UEVE>",),
        ArgumentKind.PLATFORM_CHANNEL: ("<#C0CLUB>",),
    }.get(arg.kind, ("Nina" if arg.name == "contact" else "small steps",))


async def one_line_of_each_kind(
    people: StoreSpeakers, store: MemoryStore, now: datetime, found: Sequence[FoundLine]
) -> tuple[list[PlainJson], list[FoundLine]]:
    """One line of each kind that finds what it is about; and of the other kinds, what led to one."""
    chosen: dict[str, PlainJson] = {}
    lost: dict[str, FoundLine] = {}
    for line in found:
        if line.kind in chosen:
            continue
        said = await first_line_of_answer(store, people, now, line.plain)
        if said.startswith(NOT_FOUND_ANSWERS):
            lost.setdefault(line.kind, line)
        else:
            chosen[line.kind] = line.plain
    return [chosen[kind] for kind in sorted(chosen)], [lost[kind] for kind in sorted(lost.keys() - chosen.keys())]


def only_drafts_changed(before: Book | None, after: Book | None) -> bool:
    """Whether nothing but what was typed is new in a book."""
    if not before or not after:
        return False
    return (before.contacts, before.settings, before.memberships, before.paused_until, before.landed_at) == (
        after.contacts,
        after.settings,
        after.memberships,
        after.paused_until,
        after.landed_at,
    )


async def undrawn_line_kinds(lines: Sequence[PlainJson]) -> list[str]:
    """The kinds of lines that the long walk of the other tests draws, and that are not among these."""
    found = await walk_bot()
    await walk_clubs(found)
    theirs = {line_kind(button.line) for _path, card in found.cards for button in card.acts}
    theirs |= {line_kind(form.reopen) for _path, form in found.forms if form.reopen}
    return sorted(theirs - {line_kind(line["press"]) for line in lines if "press" in line})


def unreached_arguments(lines: Sequence[PlainJson]) -> list[str]:
    """The rows and arguments of the table that no line names, and the choices of what is typed."""
    used: set[tuple[str, str]] = set()
    for line in lines:
        if "fill" in line:
            used |= {(line["fill"], name) for name in ("", *line["values"])}
            continue
        try:
            said = parser.parse_button_command(line.get("press") or line["type"])
        except UserError:
            continue
        used |= {(said.command.name, name) for name in ("", *said.values)}
    wanted = {(row.name, name) for row in COMMANDS for name in ("", *(arg.name for arg in row.arguments))}
    return sorted(f"{row} {name}".strip() for row, name in wanted - used)
