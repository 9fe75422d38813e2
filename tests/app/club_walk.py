"""A walk through a club: every card and form that its members can reach, in many states of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import replace

from bot.domain.errors import DeliveryUncertain
from bot.domain.model import ClubChannel
from tests.app.walk import LONG_COMPANY, LONG_CONTACT_NAME, BotWalk, walk_buttons
from tests.clubs import CLUB_SETUP_LINE, GATHERING_NAMES, Gathering
from tests.fakes import Member

LONG_QUESTION = "how the people of a design team work together, and what a day of theirs is like"

CLUB_WALK_COMMANDS = (
    *("/club", "/club join", "/club leave", "/club mirror", "/club tips", "/club tips search: phone", "/club pulse"),
    *(
        "/club ask about: the work of a nurse",
        f'/club ask company: "{LONG_COMPANY}" about: {LONG_QUESTION}',
        "/club ask",
    ),
    *("/club ask about: call +49 30 1234567", "/club ask about: see https://example.org", "/club ask company: Acme"),
    *(
        "/club ask about: I would like to meet John Smith",
        f'/club win text: "{LONG_CONTACT_NAME} wrote back"',
        "/club win",
    ),
    *("/club win text: a kind talk", "/club setup", "/club setup change: yes", CLUB_SETUP_LINE),
    *(
        CLUB_SETUP_LINE.replace("tuesday", "friday"),
        CLUB_SETUP_LINE.replace("18:00", "soon"),
        "/club setup channel: nothing day: x",
    ),
    *("/club busy from: 20 dec until: 5 jan reason: holidays", "/club busy from: 5 jan until: 20 dec", "/club busy"),
    *("/club facilitator member: <@UBEN>", "/club facilitator member: <@UBEN> until: 5 jan", "/club facilitator"),
    *(
        "/club facilitator member: Ben",
        "help club",
        "help all",
        "help ask",
        "landed",
        f'show "{LONG_CONTACT_NAME}"',
        f'why "{LONG_CONTACT_NAME}"',
    ),
)
HIDDEN_CLUB_LINES = (
    "clubwho",
    "talk",
    "endclub",
    "skipweek",
    "findtips",
    "tip",
    "tip text: small steps",
    "repost kind: none",
)
HIDDEN_IN_CHANNEL_LINES = (
    "introduce",
    "mayknow ask: none",
    "theysaid ask: none yes: yes",
    "withdraw ask: none",
    "unbusy",
)


async def no_club(_club: Gathering) -> None:
    """Nobody set it up."""


async def club_set_up(club: Gathering) -> None:
    await club["Ann"].say(CLUB_SETUP_LINE)


async def club_opened(club: Gathering) -> None:
    await club.set_up_with(*GATHERING_NAMES[:6])


async def club_with_pulse(club: Gathering) -> None:
    await club_opened(club)
    for name in GATHERING_NAMES[:6]:
        await club[name].say(f'add "{LONG_CONTACT_NAME}" channel: email company: "{LONG_COMPANY}"')
        await club[name].say(f'reply "{LONG_CONTACT_NAME}" kind: answer')
        await club[name].say("add Samuel")
    for text in ("small steps", "a phone call in the morning"):
        await club["Ben"].say(f"tip text: {text}")
        await club["Ben"].press_line(f"tip text: {text}")
        await club["Ben"].press("With my name")
    await club.live("2026-11-24 19:00")


async def club_with_question(club: Gathering) -> None:
    await club_with_pulse(club)
    await club["Ben"].say(f'/club ask company: "{LONG_COMPANY}" about: {LONG_QUESTION}')
    await club["Ben"].press("Post it")
    await club.sweep()


async def club_with_offer(club: Gathering) -> None:
    await club_with_question(club)
    await club.press_post("Cleo", "I may know someone")
    await club["Cleo"].fill(share="I worked with one of them for years.", how="introduce")


async def club_with_willing_contact(club: Gathering) -> None:
    await club_with_offer(club)
    await club["Cleo"].press("They said yes")
    await club.sweep()


async def club_with_introduction(club: Gathering) -> None:
    await club_with_willing_contact(club)
    await club.press_last("Ben", "Yes, introduce us")
    await club.sweep()


async def club_with_expired_question(club: Gathering) -> None:
    await club_with_offer(club)
    await club.live("2026-12-15 10:00")


async def club_in_busy_season(club: Gathering) -> None:
    await club_with_pulse(club)
    await club["Ben"].say(f'add "{LONG_CONTACT_NAME}x" channel: email')
    await club["Ann"].say("/club busy from: today until: 5 jan reason: the holidays, when nobody is in")
    await club.sweep()


async def club_with_archived_channel(club: Gathering) -> None:
    from bot.domain.errors import ChannelRefused

    await club_opened(club)
    club.messenger.always = None
    club.messenger.troubles = [ChannelRefused("archived")]
    await club["Ben"].press_line("win text: a kind talk")
    await club["Ben"].press("Without my name")
    await club.sweep()


async def club_with_uncertain_post(club: Gathering) -> None:
    await club_opened(club)
    club.messenger.can_look_up = False
    club.messenger.troubles = [DeliveryUncertain("lost")]
    await club["Ben"].press_line("win text: a kind talk")
    await club["Ben"].press("Without my name")
    await club.sweep()
    await club.live("2026-11-24 12:00")


async def club_handed_over(club: Gathering) -> None:
    await club_with_pulse(club)
    await club["Ann"].say("/club facilitator member: <@UBEN> until: 5 jan")
    await club["Cleo"].confirm_line("talk")
    await club.sweep()


async def club_ended(club: Gathering) -> None:
    await club_with_question(club)
    await club["Ann"].confirm_line("endclub")
    await club.sweep()


CLUB_WALK_STATES: dict[str, Callable[[Gathering], Awaitable[None]]] = {
    state.__name__: state
    for state in (
        *(
            no_club,
            club_set_up,
            club_opened,
            club_with_pulse,
            club_with_question,
            club_with_offer,
            club_with_willing_contact,
            club_with_introduction,
            club_with_expired_question,
            club_in_busy_season,
            club_with_archived_channel,
            club_with_uncertain_post,
        ),
        *(club_handed_over, club_ended),
    )
}


async def walk_clubs(found: BotWalk) -> None:
    for name, state in CLUB_WALK_STATES.items():
        club = Gathering()
        await state(club)
        await _walk_club_messages(found, name, club)
        for person in ("Ann", "Ben", "Cleo", "Zoe"):
            for said in (*CLUB_WALK_COMMANDS, *HIDDEN_CLUB_LINES, *HIDDEN_IN_CHANNEL_LINES):
                alone = _member_with_own_store(club[person])
                path = f"{name} > {person}: {said}"
                if said in CLUB_WALK_COMMANDS:
                    alone.last = await alone.core.handle_command(alone.actor, said, alone.now)
                else:
                    alone.last = await alone.core.handle_button(alone.actor, said, alone.now)
                await walk_buttons(found, path, alone, 3)


async def _walk_club_messages(found: BotWalk, name: str, club: Gathering) -> None:
    """What stands in the channel, and what came to members."""
    for number, (to, card, _key) in enumerate(list(club.messenger.delivered)):
        path = f"{name} > {'post' if isinstance(to, ClubChannel) else 'word'} {number}: {card.text()}"
        found.seen.setdefault(path, card)
        people = ("Ben", "Cleo") if isinstance(to, ClubChannel) else (_member_name_of_user(club, to.user),)
        for person in people:
            for button in card.acts:
                alone = _member_with_own_store(club[person])
                alone.last = await alone.core.handle_button(alone.actor, button.line, alone.now)
                await walk_buttons(found, f"{path} > {person} [{button.label}]", alone, 2)


def _member_name_of_user(club: Gathering, user: str) -> str:
    return next(name for name, one in club.people.items() if one.actor.address.user == user)


def _member_with_own_store(member: Member) -> Member:
    return replace(member, store=deepcopy(member.store))
