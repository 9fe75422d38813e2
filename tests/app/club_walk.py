"""A walk through a club: every card and form that its members can reach, in many states of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import replace

from bot.domain.errors import DeliveryUncertain
from bot.domain.model import ClubChannel
from tests.app.walk import COMPANY, LONG, Walk, press_on
from tests.clubs import NAMES, SET_UP, Gathering
from tests.fakes import Member

ABOUT = "how the people of a design team work together, and what a day of theirs is like"

SAID = (
    *("/club", "/club join", "/club leave", "/club mirror", "/club tips", "/club tips search: phone", "/club pulse"),
    *("/club ask about: the work of a nurse", f'/club ask company: "{COMPANY}" about: {ABOUT}', "/club ask"),
    *("/club ask about: call +49 30 1234567", "/club ask about: see https://example.org", "/club ask company: Acme"),
    *("/club ask about: I would like to meet John Smith", f'/club win text: "{LONG} wrote back"', "/club win"),
    *("/club win text: a kind talk", "/club setup", "/club setup change: yes", SET_UP),
    *(SET_UP.replace("tuesday", "friday"), SET_UP.replace("18:00", "soon"), "/club setup channel: nothing day: x"),
    *("/club busy from: 20 dec until: 5 jan reason: holidays", "/club busy from: 5 jan until: 20 dec", "/club busy"),
    *("/club facilitator member: <@UBEN>", "/club facilitator member: <@UBEN> until: 5 jan", "/club facilitator"),
    *(
        "/club facilitator member: Ben",
        "help club",
        "help all",
        "help ask",
        "landed",
        f'show "{LONG}"',
        f'why "{LONG}"',
    ),
)
HIDDEN = ("clubwho", "talk", "endclub", "skipweek", "findtips", "tip", "tip text: small steps", "repost kind: none")
HIDDEN_OF_CLUB = ("introduce", "mayknow ask: none", "theysaid ask: none yes: yes", "withdraw ask: none", "unbusy")


async def nothing(_club: Gathering) -> None:
    """Nobody set it up."""


async def set_up(club: Gathering) -> None:
    await club["Ann"].say(SET_UP)


async def opened(club: Gathering) -> None:
    await club.begin(*NAMES[:6])


async def counted(club: Gathering) -> None:
    await opened(club)
    for name in NAMES[:6]:
        await club[name].say(f'add "{LONG}" channel: email company: "{COMPANY}"')
        await club[name].say(f'reply "{LONG}" kind: answer')
        await club[name].say("add Samuel")
    for text in ("small steps", "a phone call in the morning"):
        await club["Ben"].say(f"tip text: {text}")
        await club["Ben"].press_line(f"tip text: {text}")
        await club["Ben"].press("With my name")
    await club.live("2026-11-24 19:00")


async def asked(club: Gathering) -> None:
    await counted(club)
    await club["Ben"].say(f'/club ask company: "{COMPANY}" about: {ABOUT}')
    await club["Ben"].press("Post it")
    await club.sweep()


async def offered(club: Gathering) -> None:
    await asked(club)
    await club.press_post("Cleo", "I may know someone")
    await club["Cleo"].fill(share="I worked with one of them for years.", how="introduce")


async def willing(club: Gathering) -> None:
    await offered(club)
    await club["Cleo"].press("They said yes")
    await club.sweep()


async def introduced(club: Gathering) -> None:
    await willing(club)
    await club.press_last("Ben", "Yes, introduce us")
    await club.sweep()


async def over(club: Gathering) -> None:
    await offered(club)
    await club.live("2026-12-15 10:00")


async def busy(club: Gathering) -> None:
    await counted(club)
    await club["Ben"].say(f'add "{LONG}x" channel: email')
    await club["Ann"].say("/club busy from: today until: 5 jan reason: the holidays, when nobody is in")
    await club.sweep()


async def shut(club: Gathering) -> None:
    from bot.domain.errors import ChannelRefused

    await opened(club)
    club.messenger.always = None
    club.messenger.troubles = [ChannelRefused("archived")]
    await club["Ben"].press_line("win text: a kind talk")
    await club["Ben"].press("Without my name")
    await club.sweep()


async def doubtful(club: Gathering) -> None:
    await opened(club)
    club.messenger.asked = False
    club.messenger.troubles = [DeliveryUncertain("lost")]
    await club["Ben"].press_line("win text: a kind talk")
    await club["Ben"].press("Without my name")
    await club.sweep()
    await club.live("2026-11-24 12:00")


async def handed_over(club: Gathering) -> None:
    await counted(club)
    await club["Ann"].say("/club facilitator member: <@UBEN> until: 5 jan")
    await club["Cleo"].press_line("talk sure: yes")
    await club.sweep()


async def ended(club: Gathering) -> None:
    await asked(club)
    await club["Ann"].press_line("endclub sure: yes")
    await club.sweep()


STATES: dict[str, Callable[[Gathering], Awaitable[None]]] = {
    state.__name__: state
    for state in (
        *(nothing, set_up, opened, counted, asked, offered, willing, introduced, over, busy, shut, doubtful),
        *(handed_over, ended),
    )
}


async def walk_clubs(found: Walk) -> None:
    for name, state in STATES.items():
        club = Gathering()
        await state(club)
        await _messages(found, name, club)
        for person in ("Ann", "Ben", "Cleo", "Zoe"):
            for said in (*SAID, *HIDDEN, *HIDDEN_OF_CLUB):
                alone = _alone(club[person])
                path = f"{name} > {person}: {said}"
                if said in SAID:
                    alone.last = await alone.core.handle_command(alone.actor, said, alone.now)
                else:
                    alone.last = await alone.core.handle_button(alone.actor, said, alone.now)
                await press_on(found, path, alone, 3)


async def _messages(found: Walk, name: str, club: Gathering) -> None:
    """What stands in the channel, and what came to members."""
    for number, (to, card, _key) in enumerate(list(club.messenger.got)):
        path = f"{name} > {'post' if isinstance(to, ClubChannel) else 'word'} {number}: {card.text()}"
        found.seen.setdefault(path, card)
        people = ("Ben", "Cleo") if isinstance(to, ClubChannel) else (_whose(club, to.user),)
        for person in people:
            for button in card.buttons:
                alone = _alone(club[person])
                alone.last = await alone.core.handle_button(alone.actor, button.line, alone.now)
                await press_on(found, f"{path} > {person} [{button.label}]", alone, 2)


def _whose(club: Gathering, user: str) -> str:
    return next(name for name, one in club.people.items() if one.actor.address.user == user)


def _alone(member: Member) -> Member:
    return replace(member, store=deepcopy(member.store))
