"""Members on one store who know each other's ids, and whatever they may type, press and forge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from adapters.console.clock import ConsoleClock
from adapters.console.time_travel import advance_console_clock
from bot.app.service import Service
from bot.commands import COMMANDS, Argument, ArgumentKind
from bot.domain.messages import Card, Form, Response
from bot.domain.model import Actor, Address, HostDefaults
from storage.memory import MemoryStore
from tests.faults.argument_values import HOSTILE_VALUES, VALUES_BY_KIND

RANDOM_MEMBERS_START = datetime(2026, 10, 20, 8, tzinfo=UTC)
RANDOM_USERS = ("ada", "ben", "cai", "dov", "eva")
# Two places with the same users in both: two workspaces, or two platforms.
WORKSPACE_PAIRS = (
    (("slack", "T1"), ("slack", "T2")),
    (("slack", "T1"), ("discord", "")),
    (("slack", "T1"), ("discord", "T1")),
)
WORKSPACE_WORD_PREFIXES = (
    "Zuq",
    "Vyk",
)  # with which all words of a place's members begin, and nothing that anybody says by accident
LEAKABLE_ID = re.compile(r"(?<=#)[\w-]{16,}|(?<=mark: )[\w-]+|(?<=draft: )[\w-]+|(?<=plan: )[\w-]+")
FAULT_APOLOGY = "something went wrong on my side"


@dataclass
class MailboxMessenger:
    """Unasked messages arrive here."""

    ready = True
    cards: list[tuple[Address, Card]] = field(default_factory=list)

    def restore_conversation(self, to: Address, conversation: str) -> None:
        """There is one for each, always."""

    async def wait_for_turn(self, to: Address) -> str:
        return ""

    async def send(self, to: Address, card: Card, key: str) -> None:
        self.cards.append((to, card))

    async def was_sent(self, to: Address, key: str, since: datetime) -> bool:
        return False


class ComparableStore(MemoryStore):
    """Books that can be compared just as they are kept."""

    @property
    def books_by_owner(self) -> dict[Address, bytes]:
        return {key: text for key, text in self._records.items() if isinstance(key, Address)}


@dataclass
class RandomMembers:
    """The members of two places. All ids that ever stood on a button are known to everybody."""

    chance: Random
    mailbox: MailboxMessenger = field(default_factory=MailboxMessenger)
    clock: ConsoleClock = field(
        default_factory=lambda: ConsoleClock(lambda: RANDOM_MEMBERS_START, RANDOM_MEMBERS_START)
    )
    lines: list[tuple[Address, str]] = field(default_factory=list)
    forms: list[tuple[Address, Form]] = field(default_factory=list)
    received_texts: list[tuple[Address, str]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    store: ComparableStore = field(default_factory=ComparableStore)
    core: Service = field(init=False)
    canaries: dict[Address, str] = field(init=False)

    def __post_init__(self) -> None:
        boxes = {"slack": self.mailbox, "discord": self.mailbox}
        self.core = Service(self.store, boxes, HostDefaults("Europe/Berlin", "DE"), self._id)
        # A word that nobody says by accident, in all that a member writes.
        self.canaries = {
            Address(platform, user, team): f"{said}{user[0]}{user[-1]}x"
            for (platform, team), said in zip(self.chance.choice(WORKSPACE_PAIRS), WORKSPACE_WORD_PREFIXES, strict=True)
            for user in RANDOM_USERS
        }

    @property
    def members(self) -> list[Address]:
        return list(self.canaries)

    def _id(self, size: int) -> str:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        return "".join(self.chance.choices(alphabet, k=-(-size * 4 // 3)))

    async def step(self) -> None:
        """One thing that one of them does, which changes nothing of the others'."""
        member = self.chance.choice(self.members)
        acts = (self._type, self._press, self._forge, self._fill, self._begin, self._open)
        if self.chance.random() < 0.1:
            await self._wait()
        else:
            before = self.store.books_by_owner
            await self.chance.choices(acts, (6, 6, 4, 3, 1, 1))[0](member)
            self._compare(member, before, self.store.books_by_owner)
        self._collect()

    def _compare(self, member: Address, before: dict[Address, bytes], after: dict[Address, bytes]) -> None:
        others = (before.keys() | after.keys()) - {member}
        changed = [owner for owner in others if before.get(owner) != after.get(owner)]
        self.changed += [f"{member} changed what is {owner}'s" for owner in changed]

    async def _type(self, member: Address) -> None:
        if self.chance.random() < 0.05:
            return await self.say(member, self._text(member))
        row = self.chance.choice(
            [command for command in COMMANDS if not command.is_hidden or self.chance.random() < 0.05]
        )
        said = [
            f"{arg.name}: {self._value(member, arg)}"
            for arg in row.arguments
            if arg.kind is not ArgumentKind.HIDDEN or self.chance.random() < 0.02
            if arg.required or arg.name == "kind" or self.chance.random() < 0.3
        ]
        return await self.say(member, " ".join([row.name, *said]))

    async def say(self, member: Address, line: str) -> None:
        self._note(member, f"types {line[:300]!r}")
        self.hear(member, await self.core.handle_command(Actor(member), line, self.clock.now()))

    async def _press(self, member: Address) -> None:
        await self.press(member, self._line(self._whose(member)))

    async def _forge(self, member: Address) -> None:
        """A line with the ids of others in the place of its own."""
        ids = [found for _owner, line in self.lines[-60:] for found in LEAKABLE_ID.findall(line)] or ["x"]
        line = self._line(self.chance.choice(self.members))
        await self.press(member, LEAKABLE_ID.sub(lambda _: self.chance.choice(ids), line))

    def _whose(self, member: Address) -> Address:
        """Mostly one's own; now and then another's."""
        return member if self.chance.random() < 0.85 else self.chance.choice(self.members)

    def _line(self, owner: Address) -> str:
        theirs = [line for one, line in self.lines if one == owner][-25:]
        return self.chance.choice(theirs or ["board"])

    async def press(self, member: Address, line: str) -> None:
        self._note(member, f"presses {line!r}")
        self.hear(member, await self.core.handle_button(Actor(member), line, self.clock.now()))

    async def _fill(self, member: Address) -> None:
        """The form may be another's: what stands in it is typed anew, only ids ride along."""
        owner = self._whose(member)
        theirs = [form for one, form in self.forms if one == owner][-3:]
        if theirs:
            form = self.chance.choice(theirs)
            values = {
                input_.name: self._value(member, find_argument(form.command, input_.name)) for input_ in form.inputs
            }
            await self.fill(member, form.command, {**dict(form.fixed), **values})

    async def fill(self, member: Address, command: str, values: dict[str, str]) -> None:
        self._note(member, f"fills {command} {str(values)[:300]}")
        self.hear(member, await self.core.handle_form(Actor(member), command, values, self.clock.now()))

    async def _begin(self, member: Address) -> None:
        """Something is typed, and what may be meant is offered."""
        row = self.chance.choice([command for command in COMMANDS if command.arguments])
        arg = self.chance.choice(row.arguments)
        typed = self._value(member, arg)[: self.chance.randint(0, 9)]
        self._note(member, f"begins {row.name} {arg.name} {typed!r}")
        offered = await self.core.suggest_choices(Actor(member), row.name, arg.name, typed, self.clock.now())
        self.received_texts.append((member, repr(offered)))

    async def _open(self, member: Address) -> None:
        self._note(member, "opens the home")
        self.received_texts.append((member, repr(await self.core.home_page(Actor(member), self.clock.now()))))

    async def _wait(self) -> None:
        hours = self.chance.choice((1, 6, 24, 72, 24 * 8, 24 * 20))
        self.done.append(f"{hours} hours pass")
        await advance_console_clock(self.core, self.clock, self.clock.now() + timedelta(hours=hours))

    def _value(self, member: Address, arg: Argument) -> str:
        if self.chance.random() < 0.05:
            return self._text(member)
        if arg.kind is ArgumentKind.CONTACT:
            ids = [f"#{one}" for _owner, line in self.lines[-40:] for one in re.findall(r"(?<=#)[\w-]+", line)]
            return self.chance.choice([self._name(member)] * 6 + ids[-2:])
        if arg.choices and self.chance.random() < 0.9:
            return self.chance.choice(arg.choices)
        return self.chance.choice(VALUES_BY_KIND.get(arg.kind, (self._name(member), self._text(member))))

    def _name(self, member: Address) -> str:
        return self.chance.choice(("Dana", "Dana", "Lee", "dana", "Åsa")) + self.canaries[member]

    def _text(self, member: Address) -> str:
        word = self.canaries[member]
        if self.chance.random() < 0.4:
            return f"{word} {self.chance.choice(HOSTILE_VALUES)}"
        return self.chance.choice((self._name(member), f"{word}@example.org", f"Acme {word}"))

    def _note(self, member: Address, what: str) -> None:
        self.done.append(f"{member.user} of {member.platform} {member.team} {what}")

    def hear(self, member: Address, reply: Response) -> None:
        self.received_texts.append((member, visible_response_text(reply)))
        if isinstance(reply, Card):
            self.lines += [(member, button.line) for button in reply.acts]
        else:
            ours = tuple(
                pair for pair in reply.fixed if pair[1].startswith("#") or pair[0] in ("mark", "draft", "plan")
            )
            self.forms.append((member, replace(reply, fixed=ours)))

    def _collect(self) -> None:
        for member, card in self.mailbox.cards:
            self.hear(member, card)
        self.mailbox.cards.clear()

    def faults(self, logs: list[dict[str, object]]) -> list[str]:
        """What went wrong since it was last forgotten what was heard; the host hears of each fault with its place."""
        found = [str(log) for log in logs if log["event"] == "fault"] + self.changed
        found += [f"an apology: {text}" for _member, text in self.received_texts if FAULT_APOLOGY in text]
        return found + [leak for member, text in self.received_texts for leak in self._leaks(member, text)]

    def _leaks(self, member: Address, text: str) -> Iterator[str]:
        folded = text.casefold()
        for owner, canary in self.canaries.items():
            if owner != member and canary.casefold() in folded:
                yield f"a word of {owner}'s reached {member}: {text[:500]}"


def find_argument(command: str, name: str) -> Argument:
    return next(arg for row in COMMANDS if row.name == command for arg in row.arguments if arg.name == name)


def visible_response_text(reply: Response) -> str:
    """Every word that a person, or somebody at their screen, can read of an answer."""
    if isinstance(reply, Card):
        return "\n".join([reply.text(), *(f"{button.label} {button.line}" for button in reply.acts)])
    return "\n".join([reply.text(), repr(reply)])
