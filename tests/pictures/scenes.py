"""What is drawn: cards and forms that members reach, and samples of what the card model can say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.messages import Page, Response
from bot.domain.model import Actor, Address, HostDefaults
from tests import cards
from tests.club_cards import sample_club_cards
from tests.fakes import Member

SceneGroup = Mapping[str, Response | Page]

PICTURE_LIFE = (
    "add Dana Smith channel: email company: Acme via: Sam Reyes note: Met at the spring fair; likes birds.",
    "add Lee Wong channel: linkedin",
    "reply Lee kind: answer",
    "add Priya Rao channel: email",
    "plan Priya when: friday 15:00",
    *(f"add {name} channel: email" for name in cards.PEOPLE[:8] if name != "Dana Smith"),
)
PICTURED_COMMANDS = (
    *("board", "show Dana", "show Lee", "why Dana", "log Dana channel: email", "words Dana channel: phone", "others"),
    *("settings", "help", "forget Dana", "forget me", "pause until: friday", "log Nobody channel: email"),
)
PICTURED_FORMS = ("add", "log Dana", "plan Dana", "reply Dana kind: away", "edit Dana")


@dataclass(frozen=True)
class PicturePlatform:
    name: str
    team: str
    channel: str


async def picture_scenes(platform: PicturePlatform) -> dict[str, SceneGroup]:
    """The groups by name, each a page of pictures."""
    address = Address(platform.name, "10001" if platform.name == "discord" else "U0ADA", platform.team)
    member = Member(home=HostDefaults("Europe/Berlin", "DE", "Mara"), actor=Actor(address, display_name="Ada"))
    welcome = await _answer(member, "board")
    for said in PICTURE_LIFE:
        await member.say(said)
    commands = {said: await _answer(member, said) for said in PICTURED_COMMANDS}
    menu = {"More about Dana": await _pressed(member, "show Dana", "More…")}
    forms = {said: await _answer(member, said) for said in PICTURED_FORMS}
    forms["settings"] = await _pressed(member, "settings", "Reminders")
    home = await member.core.home_page(member.actor, member.now)
    await member.live("2026-12-10 12:00")
    reminders = {
        f"comes by itself {number}": card for number, (_to, card, _key) in enumerate(member.messenger.delivered)
    }
    hidden = {"names hidden": replace(cards.PERMISSION_CARD, notification="Your board has a word for you.")}
    return {
        "model": {
            "rows": cards.ROWS_CARD,
            "choose": cards.CHOOSE_CARD,
            "final": cards.FINAL_CARD,
            "primary": cards.POST_CARD,
            "menu": cards.MENU_CARD,
        },
        "cards": {"welcome": welcome, **commands, **menu},
        "forms": {**forms, "with an error": cards.PLAN_FORM},
        "reminders": {**reminders, **hidden},
        "club": sample_club_cards(address, platform.team or "9001", platform.channel),
        "home": {"home": home, "newcomer": cards.NEW_MEMBER_HOME_PAGE},
    }


async def _answer(member: Member, said: str) -> Response:
    await member.say(said)
    return member.last


async def _pressed(member: Member, said: str, label: str) -> Response:
    await member.say(said)
    await member.press(label)
    return member.last
