"""Names that would ping, link, format, hide or turn what stands beside them, wherever a name can stand.

`STALEMATE_TEST_NAMES` is the number of names, `STALEMATE_TEST_EACH` how many of them stand in each place, and
`STALEMATE_TEST_LED` how many of them a member types; `STALEMATE_SEED` is which. Whether the readers here see what is
alive is tried in the hostile tests of each platform.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.discord import forms as discord_forms
from adapters.discord import render as discord
from adapters.discord.tree import to_discord_choices
from adapters.slack import forms as slack_forms
from adapters.slack import render as slack
from bot.domain.messages import Card, Choice, Form, Page
from bot.text.sanitize import sanitize_line
from tests.adapters.discord import checking as on_discord
from tests.adapters.discord.test_hostile import TRICKS as DISCORD_TRICKS
from tests.adapters.slack import seeing as on_slack
from tests.adapters.slack.test_hostile import TRICKS as SLACK_TRICKS
from tests.fakes import Member
from tests.fakes_slack import active_mentions
from tests.faults.figures import figure, size
from tests.faults.hostile import UNSEEN, lookalike, quoted, shortened, spliced, sprinkled
from tests.faults.templates import NAME, TEXT, Shown, Template, filled, templates

SEED = int(os.environ.get("STALEMATE_SEED", str(random.randrange(10**6))))  # noqa: S311  # printed, to play again
NAMES, EACH, LED = size("NAMES", 600), size("EACH", 1), size("LED", 5)
TRICKS = (*SLACK_TRICKS, *DISCORD_TRICKS, *UNSEEN, "Dana", " ", "Smith")
TURNS = (sprinkled, quoted, spliced, shortened, lookalike)
# Controls, marks that turn the direction of writing, halves of characters.
TURNING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# What a member does with a name, in forms, which take whatever is typed.
DONE = (
    ("add", {"contact": NAME, "channel": "email", "company": TEXT, "role": TEXT, "via": TEXT, "note": TEXT}),
    ("log", {"contact": NAME, "channel": "phone", "note": NAME}),
    ("plan", {"contact": NAME, "when": "friday 15:00"}),
    ("show", {"contact": f"{NAME} {TEXT}"}),
    ("edit", {"contact": NAME, "name": TEXT, "email": NAME, "phone": NAME}),
    ("edit", {"contact": NAME, "name": f"{TEXT} {NAME}"}),
    ("words", {"contact": NAME}),
    ("settings", {"zone": NAME}),
    ("forget", {"contact": NAME}),
    ("help", {"topic": NAME}),
)

Drawn = dict[str, Any]


def hostile_name(chance: Random) -> str:
    """As it is typed or, as often, as it is kept; now and then it is as long as a name can be, or longer."""
    name = "".join(chance.choices(TRICKS, k=chance.randint(1, 5)))
    if chance.random() < 0.4:
        name = chance.choice(TURNS)(chance, name, TRICKS)
    if chance.random() < 0.1:
        name = (name * 120)[: chance.choice((40, 80, 81, 120, 3000))]
    return (sanitize_line(name) if chance.random() < 0.5 else name) or "Dana"


def named(template: Template, name: str, text: str) -> Shown:
    shown: Shown = filled(template.shown, lambda mark: text if mark[0].casefold() == TEXT.casefold() else name)
    return shown


def to_slack(shown: Shown) -> Iterator[Drawn]:
    match shown:
        case Card():
            yield slack.render_slack_message(shown)
            yield slack.render_card_modal(shown, "")
        case Form():
            yield slack_forms.render_slack_form(shown, "{}")
            yield from (
                {"text": "x", "blocks": [], "plain": said} for said in slack_forms.form_errors_by_block(shown).values()
            )
        case Page():
            yield slack.render_slack_home(shown)


def to_discord(shown: Shown) -> Iterator[Drawn]:
    match shown:
        case Card():
            yield discord.render_discord_message(shown).to_payload()
        case Form():
            yield discord_forms.render_discord_form(shown).to_dict()
        case Choice():
            yield {
                "content": "x",
                "embeds": [],
                "components": [],
                "choices": [choice.to_dict() for choice in to_discord_choices([shown])],
            }


def alive(shown: Shown) -> list[str]:
    """What somebody would be pinged by, could click, or would not see as it is."""
    for_slack, for_discord = list(to_slack(shown)), list(to_discord(shown))
    found = [said for drawn in for_slack for said in (*on_slack.live(drawn), *active_mentions(drawn))]
    found += [said for drawn in for_discord for said in on_discord.live(drawn)]
    return found + [f"unseen in {said!a}" for said in every_text([for_slack, for_discord]) if TURNING.search(said)]


def every_text(drawn: object) -> Iterator[str]:
    """All that goes out, whether or not somebody reads it."""
    if isinstance(drawn, str):
        yield drawn
    elif isinstance(drawn, dict | list):
        for one in drawn.values() if isinstance(drawn, dict) else drawn:
            yield from every_text(one)


@pytest.fixture(scope="module")
def places() -> list[Template]:
    return asyncio.run(templates())


async def test_no_name_is_more_than_a_name_wherever_it_stands(places: list[Template]) -> None:
    chance = Random(SEED)  # noqa: S311  # to be tried again, not a secret
    names = [hostile_name(chance) for _ in range(NAMES)]
    tried = 0
    for number, place in enumerate(places):
        for at in range(number * EACH, (number + 1) * EACH):
            name, text = names[at % NAMES], names[-1 - at % NAMES]
            shown = named(place, name, text)
            found = alive(shown)
            assert not found, f"seed {SEED}: {place.path}: {name!a} {text!a}: {found}"
            tried += 1
    figure(
        "hostile names",
        names=min(NAMES, tried),
        **{"places for them": len(places), "names in places": tried, "alive": 0},
    )


async def led(name: str, text: str) -> list[Shown]:
    """All that a member sees whose contact is called so: answers, what is behind their buttons, what comes later."""
    member, seen = Member(), list[Shown]()
    for command, values in DONE:
        typed = {key: value.replace(NAME, name).replace(TEXT, text) for key, value in values.items()}
        answer = await member.core.handle_form(member.actor, command, typed, member.now)
        alone = replace(member, store=deepcopy(member.store))
        lines = [button.line for button in answer.buttons] if isinstance(answer, Card) else []
        seen += [answer, *[await alone.core.handle_button(alone.actor, line, alone.now) for line in lines]]
    for said in (name, f"{name} wrote back", f'show "{name}"'):
        seen.append(await member.core.handle_direct_message(member.actor, said, member.now))
    seen.append(await member.core.home_page(member.actor, member.now))
    await member.live("2027-01-10 12:00")
    return [*seen, *(card for _to, card, _key in member.messenger.got)]


async def test_no_name_is_more_than_a_name_as_it_is_typed_and_kept() -> None:
    chance, shown = Random(f"{SEED}/led"), 0  # noqa: S311
    for _ in range(LED):
        name, text = hostile_name(chance), hostile_name(chance)
        with capture_logs() as logs:
            seen = await led(name, text)
        found = [alive_there for one in seen for alive_there in alive(one)]
        assert not found, f"seed {SEED}: {name!a} {text!a}: {found}"
        assert not [log for log in logs if log["event"] == "fault"], f"seed {SEED}: {name!a} {text!a}: {logs}"
        shown += len(seen)
    figure("hostile names", **{"names typed": LED, "answers to them": shown})
