"""The hands of a club's members on a bot that can crash: what they say, press and fill in; and time passes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from random import Random

from bot.commands.parser import parse_button_command
from bot.domain.errors import StoreUnavailable
from bot.domain.messages import Card, Form, Response
from bot.domain.model import Address, Club, ClubChannel, ClubKey
from bot.domain.ports import RecordT
from tests.clubs import Gathering
from tests.fakes import FailingStore, Member, ProcessCrash
from tests.faults import club_texts as says
from tests.faults.club_invariants import ClubInvariants, WatchedMessenger, may_lead_by_rules
from tests.faults.random_members import find_argument

HISTORY_CLUB_KEYS = (ClubKey("slack", "T1"), ClubKey("discord", "S1"))
MAX_SWEEP_ROUNDS = 60
MAX_WAKES = 3000
TRY_AGAIN_PREFIXES = ("I couldn't save", "Your book was busy")


class FlakyClubStore(FailingStore):
    """Clubs can be refused by themselves (a book then says already what its club has yet to hear), and a crash comes.

    `flaky`: how likely a club is refused; `doomed`: the process dies after so many more changes. `written`:
    the kinds of all letters that clubs ever had.
    """

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self.chance, self.flaky, self.doomed = chance, 0.0, -1
        self.written: dict[tuple[Address, str], str] = {}

    async def save(self, record: RecordT) -> RecordT:
        if isinstance(record, Club) and self.flaky and self.chance.random() < self.flaky:
            raise StoreUnavailable("the disk is full")
        saved = await super().save(record)
        if isinstance(record, Club):
            self.written |= {(note.recipient, note.id): note.content.kind for note in record.outgoing_notes}
        return saved

    def _saved(self) -> None:
        super()._saved()
        self.doomed = max(self.doomed - 1, -1)
        if self.doomed == 0:
            raise ProcessCrash

    def calm(self) -> None:
        self.conflicts = self.unavailable = self.crashes = 0
        self.flaky, self.doomed = 0.0, -1


@dataclass
class ClubActions:
    chance: Random
    done: list[str] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    forms: list[tuple[str, Form]] = field(default_factory=list)

    def __post_init__(self) -> None:
        key, self.numbers = self.chance.choice(HISTORY_CLUB_KEYS), count(1)
        self.store, self.ears = FlakyClubStore(self.chance), WatchedMessenger(can_look_up=self.chance.random() < 0.7)
        self.club = Gathering(store=self.store, messenger=self.ears, key=key)
        self.watch = self.ears.watch = ClubInvariants(self.store, key, self.ears.can_look_up)
        self.names = says.CLUB_MEMBER_NAMES[: self.chance.randint(6, 9)]
        self.heard = 0  # of what came unasked

    async def _known(self, name: str) -> None:
        """Their contact stands in their book, and no undo takes it out: what nobody knows of cannot be kept back."""
        for said in (says.add_contact_line(name), "settings hour: noon"):
            while (await self.say(name, said)).startswith(TRY_AGAIN_PREFIXES):
                pass
        assert await self.club[name].contact(says.contact_full_name(name))

    def _at(self, name: str) -> Member:
        """In the channel, or in direct messages."""
        return self.club[name] if self.chance.random() < 0.6 else self.club.private(name)

    async def say(self, name: str, text: str) -> str:
        await self._does(name, f"says {text!r}", lambda member, event: member.say(text, event))
        return self.club[name].last.text()

    async def press(self, name: str, line: str) -> None:
        if line.startswith("forget") and "contact: me" not in line:
            return  # see `_known`
        doubt = await self._open_doubt(line)
        self.watch.again[""] += line.startswith(("resume", "setup", "introduce"))
        await self._does(name, f"presses {line!r}", lambda member, event: member.press_line(line, event))
        if doubt and not await self._open_doubt(line):
            self.watch.again[doubt] += 1
        if line.startswith("forget") and " sure: " in line:
            await self.watch.forgotten(name)
            await self._known(name)

    async def confirm(self, name: str, line: str) -> None:
        """Press a final act, and then the button that confirms it."""
        await self.press(name, line)
        last = self.club[name].last
        if finals := [act.line for act in last.acts if " sure: " in act.line] if isinstance(last, Card) else []:
            await self.press(name, finals[0])

    async def _open_doubt(self, line: str) -> str:
        """The post that this button asks for once more, while nobody has said whether it arrived; else empty."""
        said = parse_button_command(line).values if line.startswith("repost ") else {}
        club = await self.store.load(self.club.key)
        is_open = club is not None and said.get("doubt", "") in club.unconfirmed_posts
        return f"{said.get('kind', '')}:{said.get('about', '')}" if is_open else ""

    async def fill(self, name: str, form: Form) -> None:
        number = next(self.numbers)
        asked = {
            input_.name: says.form_value(
                self.chance, name, form.command, find_argument(form.command, input_.name), number
            )
            for input_ in form.inputs
        }
        keeps = (
            input_ for input_ in form.inputs if input_.value and input_.name != "company" and self.chance.random() < 0.2
        )
        values = {**asked, **{keep.name: keep.value for keep in keeps}, **dict(form.fixed)}
        self.watch.again[""] += form.command == "setup"

        async def filled(member: Member, event: str) -> None:
            member.last = await member.core.handle_form(member.actor, form.command, values, member.now, event)

        await self._does(name, f"fills {form.command} {values}", filled)

    async def _does(self, name: str, what: str, act: Callable[[Member, str], Awaitable[object]]) -> None:
        """Once, or again with the same event after a crash, as platforms do."""
        event = f"e{next(self.numbers)}"
        for _ in range(3):
            member = self._at(name)
            leads = may_lead_by_rules(await self.store.load(self.club.key), member.actor, member.now)
            self.done.append(f"{self.club.now:%m-%d %H:%M} {name} {what}")
            try:
                await act(member, event)
            except ProcessCrash:
                await self.restart()
                continue
            self.club[name].last = member.last
            self._heard(name, member.last)
            self.watch.check_response(name, member.last, leads=leads)
            return

    def _heard(self, name: str, reply: Response) -> None:
        if isinstance(reply, Card):
            self.lines += [(name, button.line) for button in reply.acts]
        else:
            self.forms.append((name, reply))

    async def restart(self) -> None:
        self.done.append("crash")
        await self.store.close()
        self.store.open()

    async def sweep(self) -> None:
        for _ in range(MAX_SWEEP_ROUNDS):
            try:
                if not await self.club["Ann"].core.sweep(self.club.now):
                    break
            except ProcessCrash:
                await self.restart()
            finally:
                await self.watch.look()
        else:
            self.watch.violations.append("the sweep never comes to an end")
        for to, card, _key in self.ears.delivered[self.heard :]:
            self._heard("" if isinstance(to, ClubChannel) else to.user[1:].capitalize(), card)
        self.heard = len(self.ears.delivered)

    async def live(self, hours: float) -> None:
        """Time passes; what falls due on the way is done at its moment."""
        self.done.append(f"{hours} hours pass")
        end = self.club.now + timedelta(hours=hours)
        for _ in range(MAX_WAKES):
            wake = await self.club["Ann"].core.next_wake()
            if wake is None or wake > end:
                break
            self.club.now = max(self.club.now, wake)
            await self.sweep()
        else:
            self.watch.violations.append("it wakes for ever")
        self.club.now = end
        await self.sweep()
