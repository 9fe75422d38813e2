"""A walk through the bot: every card and form that can be reached by saying and pressing, in many states.

Names, companies and ids are as long as they get, so that what fits here fits everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace

from bot.commands import COMMANDS
from bot.domain.messages import Card, Form, Response, to_plain_text
from bot.domain.model import HostDefaults
from bot.host.demo import DEMO_HISTORY
from tests.fakes import Member

LONG_CONTACT_NAME = "W" * 24 + "underbar " + "Ä" * 47
LONG_FIRST_NAME = LONG_CONTACT_NAME.split()[0]
LONG_COMPANY = "Gesellschaft " * 9 + "AG"

WALK_LIVES: dict[str, tuple[str, ...]] = {
    "nobody yet": (),
    "kept for later": ("add {long} company: {company}",),
    "alone": ("add {long} channel: email company: {company}", "@2026-12-02 10:00"),
    "may": (
        "add {long} channel: email company: {company} via: Samuel",
        "add Lee channel: linkedin",
        "reply Lee kind: answer",
        "@2026-12-01 10:00",
    ),
    "one used": (
        "add {long} channel: email company: {company} via: Samuel",
        "@2026-12-01 10:00",
        "log {long} channel: voicemail",
        "@2026-12-04 10:00",
    ),
    "last wait": (
        "add {long} channel: email via: Samuel",
        "@2026-12-01 10:00",
        "log {long} channel: voicemail",
        "@2026-12-07 10:00",
        "log {long} channel: email",
    ),
    "quiet": (
        "add {long} channel: email company: {company} via: Samuel",
        "add Lee channel: linkedin",
        "reply Lee kind: answer",
        "add Priya company: {company}",
        "@2026-12-01 10:00",
        "log {long} channel: voicemail",
        "@2026-12-07 10:00",
        "log {long} channel: email",
        "@2026-12-16 10:00",
    ),
    "planned": ("add {long} channel: email via: Samuel", "plan {long} when: today 15:00"),
    "call over": ("add {long} channel: email via: Samuel", "plan {long} when: today 15:00", "@2026-11-24 16:00"),
    "no call": (
        "add {long} channel: email via: Samuel",
        "plan {long} when: today 15:00",
        "@2026-11-24 16:00",
        "!Nobody called",
    ),
    "answered": ("add {long} channel: email company: {company}", "reply {long} kind: answer"),
    "answered late": (
        "add {long} channel: email via: Samuel",
        "@2026-12-01 10:00",
        "log {long} channel: voicemail",
        "reply {long} kind: answer",
    ),
    "referred": ("add {long} channel: email company: {company}", "reply {long} kind: referral"),
    "a no": ("add {long} channel: email", "reply {long} kind: no"),
    "away": ("add {long} channel: email", "reply {long} kind: away until: 4 dec"),
    "snoozed": ("add {long} company: {company}", "snooze {long} until: 4 dec"),
    "resting": ("add {long} channel: email", "rest {long} until: 4 dec"),
    "closed": ("add {long} channel: email", "close {long} outcome: do not contact"),
    "crowd": (
        "add {long} channel: email company: {company} role: {company} note: {company} matters",
        *(f"add Person{number:02} company: {{company}}" for number in range(24)),
    ),
    "landed": ("add {long} channel: email via: Samuel", "reply {long} kind: answer", "landed"),
    "late and many": (
        *(f"add P{number}{{long}} channel: email via: Samuel" for number in range(3)),
        "@2026-12-03 15:00",
    ),
    "a week": ("add {long} channel: email via: Samuel", "log {long} channel: phone", "@2026-11-30 10:00"),
    "nobody answers": (
        *(f"add P{number}" for number in range(3)),
        *(f"plan P{number} when: {day} dec 10:00" for number, day in enumerate((1, 8, 15))),
    ),
    "demo": tuple(said for _ago, said in DEMO_HISTORY),
}

WALK_COMMANDS = (
    *("board", "help", "help all", "settings", "undo", "landed", "pause", "pause until: friday", "others", "add"),
    *("settings zone: Tokyo hour: noon", "settings zone: X", "settings country: XX", "settings written: 5"),
    *(
        "show Person",
        "show {long}",
        "why {long}",
        "words {long}",
        "words {long} channel: phone",
        "others {long}",
        "edit {long}",
    ),
    *("log {long} channel: email", "log {long} channel: phone", "log {long} channel: email when: soon"),
    *("log {long} channel: email when: tomorrow 8:00", "log {long} channel: email when: 3 nov"),
    *("reply {long}", "reply {long} note: hi", "reply {long} kind: away", "reply {long} kind: no"),
    *("reply {long} kind: referral", "reply {long} kind: answer"),
    *("plan {long} when: friday", "plan {long} when: friday 15:00", "plan {long} when: yesterday 9:00"),
    *("plan {long} when: 2045-01-01 10:00", "plan {long} when: friday 15:00 minutes: 1"),
    *("snooze {long} until: friday", "rest {long}", "rest {long} until: friday", "close {long} outcome: met"),
    *("close {long} outcome: do not contact", "close {long}", "forget {long}", "forget me"),
    *("edit {long} busy: 20 dec to 5 jan", "edit {long} matters: x", "edit {long} email: x", "edit {long} busy: 5/6"),
    *("add {long}", "add Dana channel: email company: {company} via: {long}", "add Dana channel: none"),
    *("log Nobodyelse channel: email", "forget Nobodyelse", "add Dana compny: x", "add Dana contact: x"),
    *('add "Dana', "bord", "xyzzy", "undo all", "help snoze", "help plan", "board page: 3", "board page: x"),
    *(f"help {row.name}" for row in COMMANDS if not row.is_hidden),
)


@dataclass
class BotWalk:
    """What was seen; each card once, with the words that led to it."""

    seen: dict[str, Response] = field(default_factory=dict)
    rows: set[str] = field(default_factory=set)

    @property
    def cards(self) -> Iterator[tuple[str, Card]]:
        return ((path, one) for path, one in self.seen.items() if isinstance(one, Card))

    @property
    def forms(self) -> Iterator[tuple[str, Form]]:
        return ((path, one) for path, one in self.seen.items() if isinstance(one, Form))

    @property
    def lines(self) -> Iterator[tuple[str, str]]:
        """Every sentence line of every card, and of the forms."""
        for path, card in self.cards:
            yield from ((path, to_plain_text(line)) for line in card.lines)
        for path, form in self.forms:
            yield from ((path, input_.error) for input_ in form.inputs if input_.error)


def with_long_names(text: str) -> str:
    return text.format(long=f'"{LONG_CONTACT_NAME}"', company=f'"{LONG_COMPANY}"') if "{" in text else text


async def member_after_life(life: str) -> Member:
    """A member after one of the `WALK_LIVES`; their reminders of that time came."""
    member = Member(home=HostDefaults("Europe/Berlin", "DE", "Jo"))
    for said in WALK_LIVES[life]:
        if said.startswith("@"):
            member.at(said[1:])
        elif said.startswith("!"):
            await member.say(f'show "{LONG_CONTACT_NAME}"')
            await member.press(said[1:])
        else:
            await member.say(with_long_names(said))
    return member


async def walk_bot() -> BotWalk:
    found = BotWalk()
    for life in WALK_LIVES:
        member = await member_after_life(life)
        await _walk_reminders(found, life, member)
        for said in WALK_COMMANDS:
            alone = replace(member, store=deepcopy(member.store))  # every path begins at the same state
            alone.last = await alone.core.handle_command(alone.actor, with_long_names(said), alone.now)
            await walk_buttons(found, f"{life} > {said}", alone, 3)
    return found


async def _walk_reminders(found: BotWalk, life: str, member: Member) -> None:
    """What comes by itself in the next weeks."""
    other = replace(member, store=deepcopy(member.store))
    await other.sweep()
    await other.live("2027-02-20 12:00")
    for number, (_to, card, _key) in enumerate(member.messenger.delivered):
        path = f"{life} > reminder {number}"
        other.last = card
        found.seen.setdefault(f"{path}: {card.text()}", card)
        for button in card.acts:
            await _press_and_walk(found, f"{path} > [{button.label}]", other, button.line, 1)


async def walk_buttons(found: BotWalk, path: str, member: Member, depth: int) -> None:
    """The card, and what is behind each button that was not seen yet."""
    key = f"{type(member.last).__name__} {member.last.text()} {_button_or_input_labels(member.last)}"
    if key in found.rows:
        return
    found.rows.add(key)
    found.seen[path] = member.last
    if depth and isinstance(member.last, Card):
        for button in member.last.acts:
            await _press_and_walk(found, f"{path} > [{button.label}]", member, button.line, depth - 1)


async def _press_and_walk(found: BotWalk, path: str, member: Member, line: str, depth: int) -> None:
    member.last = await member.core.handle_button(member.actor, line, member.now)
    await walk_buttons(found, path, member, depth)


def _button_or_input_labels(reply: Response) -> str:
    faces = [button.label for button in (reply.acts if isinstance(reply, Card) else reply.inputs)]
    return " ".join(faces)
