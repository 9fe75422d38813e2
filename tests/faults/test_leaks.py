"""Five members who know each other's ids, and whatever they may type, press and forge: nobody's words reach another.

`STALEMATE_TEST_SEQUENCES` is the number of random lives that are led, `STALEMATE_TEST_SEED` the first of them.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from structlog.testing import capture_logs

from adapters.console.clock import Clock
from adapters.console.passing import advance
from bot.cards import Card, Form, Reply
from bot.commands import COMMANDS, Arg, Takes
from bot.core import Core
from bot.model import Actor, Address, Home
from storage.memory import MemoryStore
from tests.faults.figures import figure

SEQUENCES = int(os.environ.get("STALEMATE_TEST_SEQUENCES", "40"))
SEED = int(os.environ.get("STALEMATE_TEST_SEED", "0"))
STEPS = 50
START = datetime(2026, 10, 20, 8, tzinfo=UTC)
MEMBERS = ("ada", "ben", "cai", "dov", "eva")
# A word that nobody says by accident, in all that a member writes; the first of each is the member's.
CANARIES = {"ada": "Zuqadx", "ben": "Zuqbex", "cai": "Zuqcix", "dov": "Zuqdox", "eva": "Zuqevx"}
UNSHOWABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
APOLOGY = "something went wrong on my side"
IDS = re.compile(r"(?<=#)[\w-]{16,}|(?<=mark: )[\w-]+|(?<=draft: )[\w-]+|(?<=plan: )[\w-]+")

HOSTILE = (
    "\x00",
    "a\x00b\x1b[31mred\x1b[0m",
    "\u202eevil\u202c \u2066in\u2069",
    "x" * 10_000,
    "@everyone",
    "<!channel> <@U123> <https://example.org|here>",
    "👩‍👩‍👧‍👦 🏳️‍🌈 é́́́́́́́́́́́́",
    "{name}",
    "{0} {} {day!r:>99} {{ }}",
    "%s %(name)s %n %d",
    'say "hi"',
    "“curly” ‘quotes’ „low“",
    '"',
    "note: when: yesterday contact: x",
    "#",
    "#abcdefghijklmnopqrstuv",
    "#me",
    "me",
    "-",
    "none",
    "'; DROP TABLE books; --",
    "../../etc/passwd",
    "**bold** _it_ `code` ~no~ ||spoiler||",
    "\\n \\x00 \\u202e",
    "İstanbul ıı ß ﬁ",
    "\ud800 half",
    "١٢٣",
    "2",
    "   ",
    "ㅤ",
    "/outreach add",
)
TIMES = (
    "now", "yesterday", "tomorrow 15:00", "in 3 days",
    "yesterday", "today", "now", "friday", "tomorrow 15:00", "friday 15:00", "in 2 weeks", "2", "may", "soon",
    "on the 5th", "3 Jan", "2027-01-05 09:00", "20 dec to 5 jan", "31 feb", "99999999", "9am", "last monday",
    "3 weeks ago",
)  # fmt: skip
VALUES = {
    Takes.PAST: TIMES,
    Takes.MOMENT: TIMES,
    Takes.DAY: TIMES,
    Takes.DAYS: TIMES,
    Takes.NUMBER: ("0", "1", "2", "30", "-1", "²", "99999999999", "one"),
    Takes.FLAG: ("yes", "no", "maybe"),
    Takes.UNSEEN: ("yes", "on", "stop", "later", "they", "me", "nobody", "phone", "written", "okay", "never", "0", "7"),
}  # fmt: skip


@dataclass
class Mailbox:
    """Unasked messages arrive here, by the user's name."""

    ready = True
    cards: list[tuple[str, Card]] = field(default_factory=list)

    def recall(self, to: Address, conversation: str) -> None:
        """There is one for each, always."""

    async def turn(self, to: Address) -> str:
        return ""

    async def send(self, to: Address, card: Card, key: str) -> None:
        self.cards.append((to.user, card))

    async def sent(self, to: Address, key: str, since: datetime) -> bool:
        return False


@dataclass
class Club:
    """Five members on one store. All ids that ever stood on a button are known to everybody."""

    chance: Random
    mailbox: Mailbox = field(default_factory=Mailbox)
    clock: Clock = field(default_factory=lambda: Clock(lambda: START, START))
    lines: list[tuple[str, str]] = field(default_factory=list)
    forms: list[tuple[str, Form]] = field(default_factory=list)
    heard: list[tuple[str, Reply]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    core: Core = field(init=False)

    def __post_init__(self) -> None:
        self.core = Core(MemoryStore(), {"console": self.mailbox}, Home("Europe/Berlin", "DE"), self._id)

    def _id(self, size: int) -> str:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        return "".join(self.chance.choices(alphabet, k=-(-size * 4 // 3)))

    async def step(self) -> None:
        """One thing that one of them does."""
        member = self.chance.choice(MEMBERS)
        acts = (self._type, self._press, self._forge, self._fill)
        if self.chance.random() < 0.1:
            await self._wait()
        else:
            await self.chance.choices(acts, (6, 6, 4, 3))[0](member)
        self._collect()

    async def _type(self, member: str) -> None:
        if self.chance.random() < 0.05:
            return await self._say(member, self._text(member))
        row = self.chance.choice([one for one in COMMANDS if not one.hidden or self.chance.random() < 0.05])
        said = [
            f"{arg.name}: {self._value(member, arg)}"
            for arg in row.args
            if arg.takes is not Takes.UNSEEN or self.chance.random() < 0.02
            if arg.required or arg.name == "kind" or self.chance.random() < 0.3
        ]
        return await self._say(member, " ".join([row.name, *said]))

    async def _say(self, member: str, line: str) -> None:
        self.done.append(f"{member} types {line[:300]!r}")
        self._hear(member, await self.core.text(actor(member), line, self.clock.now()))

    async def _press(self, member: str) -> None:
        await self._run(member, self._line(self._whose(member)))

    async def _forge(self, member: str) -> None:
        """A line with the ids of others in the place of its own."""
        ids = [found for _owner, line in self.lines[-60:] for found in IDS.findall(line)] or ["x"]
        line = self._line(self.chance.choice(MEMBERS))
        await self._run(member, IDS.sub(lambda _: self.chance.choice(ids), line))

    def _whose(self, member: str) -> str:
        """Mostly one's own; now and then another's."""
        return member if self.chance.random() < 0.85 else self.chance.choice(MEMBERS)

    def _line(self, owner: str) -> str:
        theirs = [line for one, line in self.lines if one == owner][-25:]
        return self.chance.choice(theirs or ["board"])

    async def _run(self, member: str, line: str) -> None:
        self.done.append(f"{member} presses {line!r}")
        self._hear(member, await self.core.press(actor(member), line, self.clock.now()))

    async def _fill(self, member: str) -> None:
        """The form may be another's: what stands in it is typed anew, only ids ride along."""
        owner = self._whose(member)
        theirs = [form for one, form in self.forms if one == owner][-3:]
        if not theirs:
            return
        form = self.chance.choice(theirs)
        values = {one.name: self._value(member, arg_of(form.command, one.name)) for one in form.inputs}
        self.done.append(f"{member} fills {form.command} {form.fixed} {str(values)[:300]}")
        self._hear(
            member, await self.core.fill(actor(member), form.command, {**dict(form.fixed), **values}, self.clock.now())
        )

    async def _wait(self) -> None:
        hours = self.chance.choice((1, 6, 24, 72, 24 * 8, 24 * 20))
        self.done.append(f"{hours} hours pass")
        await advance(self.core, self.clock, self.clock.now() + timedelta(hours=hours))

    def _value(self, member: str, arg: Arg) -> str:
        if self.chance.random() < 0.05:
            return self._text(member)
        if arg.takes is Takes.CONTACT:
            ids = [f"#{one}" for _owner, line in self.lines[-40:] for one in re.findall(r"(?<=#)[\w-]+", line)]
            return self.chance.choice([self._name(member)] * 6 + ids[-2:])
        if arg.choices and self.chance.random() < 0.9:
            return self.chance.choice(arg.choices)
        return self.chance.choice(VALUES.get(arg.takes, (self._name(member), self._text(member))))

    def _name(self, member: str) -> str:
        return self.chance.choice(("Dana", "Dana", "Lee", "dana", "Åsa")) + CANARIES[member]

    def _text(self, member: str) -> str:
        if self.chance.random() < 0.4:
            return f"{CANARIES[member]} {self.chance.choice(HOSTILE)}"
        return self.chance.choice((self._name(member), f"{CANARIES[member]}@example.org", f"Acme {CANARIES[member]}"))

    def _hear(self, member: str, reply: Reply) -> None:
        self.heard.append((member, reply))
        if isinstance(reply, Card):
            self.lines += [(member, one.line) for one in reply.buttons]
        else:
            ours = tuple(
                pair for pair in reply.fixed if pair[1].startswith("#") or pair[0] in ("mark", "draft", "plan")
            )
            self.forms.append((member, replace(reply, fixed=ours)))

    def _collect(self) -> None:
        for member, card in self.mailbox.cards:
            self._hear(member, card)
        self.mailbox.cards.clear()


def actor(member: str) -> Actor:
    return Actor(Address("console", member))


def arg_of(command: str, name: str) -> Arg:
    return next(arg for row in COMMANDS if row.name == command for arg in row.args if arg.name == name)


def shown(reply: Reply) -> str:
    """Every word that a person, or somebody at their screen, can read of an answer."""
    if isinstance(reply, Card):
        return "\n".join([reply.text(), *(f"{one.label} {one.line}" for one in reply.buttons)])
    return "\n".join([reply.text(), repr(reply)])


def leaks(member: str, text: str) -> Iterator[str]:
    for owner, canary in CANARIES.items():
        if owner != member and canary.casefold() in text.casefold():
            yield f"a word of {owner}'s reached {member}: {text[:500]}"


def faults(club: Club, logs: list[dict[str, object]]) -> list[str]:
    """What went wrong in a life; the host hears of each fault with its place."""
    found = [str(one) for one in logs if one["event"] == "fault"]
    found += [f"an apology: {reply.text()}" for _member, reply in club.heard if APOLOGY in reply.text()]
    return found + [leak for member, reply in club.heard for leak in leaks(member, shown(reply))]


@pytest.mark.parametrize("seed", range(SEED, SEED + SEQUENCES))
async def test_no_word_of_a_member_reaches_another_and_nothing_breaks(
    seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    club = Club(Random(seed))  # noqa: S311  # a life to be led again, not a secret
    with capture_logs() as logs:
        for member in MEMBERS:
            for name in ("Dana", "Lee"):
                await club._say(member, f"add {name}{CANARIES[member]} channel: email company: Acme {CANARIES[member]}")
        for _ in range(STEPS):
            await club.step()
            found = faults(club, logs)
            assert not found, "\n".join([*club.done[-12:], *found])
            club.heard.clear()
    written = f"{logs} {caplog.text}".casefold()
    assert not [canary for canary in CANARIES.values() if canary.casefold() in written], "the log holds a member's word"
    figure("leaks", lives=1, steps=STEPS, words=0)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_text_breaks_no_command_and_stays_text(text: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    club = Club(Random(0))  # noqa: S311
    with capture_logs() as logs:
        await club._say("ada", "add Dana channel: email")
        for row in COMMANDS:
            for number, arg in enumerate(row.args):
                typed = text if number % 3 == 0 or arg.takes in VALUES else f"{CANARIES['ada']} {text}"
                values = {**{one.name: sensible(one) for one in row.args if one.required}, arg.name: typed}
                if number % 2:
                    await club._say("ada", " ".join([row.name, *(f"{name}: {said}" for name, said in values.items())]))
                else:
                    form = Form("", row.name, ())
                    club._hear(
                        "ada",
                        await club.core.fill(
                            actor("ada"), form.command, {**dict(form.fixed), **values}, club.clock.now()
                        ),
                    )
            await club._run("ada", f"{row.name} {text}")
        await club._say("ada", "board")
        await club._say("ben", "board")
        found = faults(club, logs)
        assert not found, "\n".join(found)
    assert CANARIES["ada"] not in f"{logs} {caplog.text}"
    assert not [reply for _member, reply in club.heard if UNSHOWABLE.search(shown(reply))]


def sensible(arg: Arg) -> str:
    """A value that the argument takes."""
    if arg.takes is Takes.CONTACT:
        return "Dana"
    return arg.choices[0] if arg.choices else "tomorrow 15:00"
