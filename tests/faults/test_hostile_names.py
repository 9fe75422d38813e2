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
from tests.adapters.slack import visible_text as on_slack
from tests.fakes import Member
from tests.fakes_slack import active_mentions
from tests.faults.figures import report_figure, trial_count
from tests.faults.hostile import (
    INVISIBLE_PIECES,
    add_quotes,
    replace_with_lookalikes,
    shorten_text,
    splice_texts,
    sprinkle_invisible,
)
from tests.faults.templates import NAME_MARK, TEXT_MARK, ShownThing, Template, collect_templates, fill_marks
from tests.platforms.hostile_texts import DISCORD_HOSTILE_TRICKS as DISCORD_TRICKS
from tests.platforms.hostile_texts import SLACK_HOSTILE_TRICKS as SLACK_TRICKS

HOSTILE_NAMES_SEED = int(os.environ.get("STALEMATE_SEED", str(random.randrange(10**6))))  # noqa: S311  # printed, to play again
HOSTILE_NAMES_COUNT, NAMES_PER_TEMPLATE, LED_LIVES = (
    trial_count("NAMES", 600),
    trial_count("EACH", 1),
    trial_count("LED", 5),
)
NAME_PIECES = (*SLACK_TRICKS, *DISCORD_TRICKS, *INVISIBLE_PIECES, "Dana", " ", "Smith")
NAME_MUTATIONS = (sprinkle_invisible, add_quotes, splice_texts, shorten_text, replace_with_lookalikes)
# Controls, marks that turn the direction of writing, halves of characters.
DIRECTION_CHARS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# What a member does with a name, in forms, which take whatever is typed.
NAMED_COMMANDS = (
    (
        "add",
        {
            "contact": NAME_MARK,
            "channel": "email",
            "company": TEXT_MARK,
            "role": TEXT_MARK,
            "via": TEXT_MARK,
            "note": TEXT_MARK,
        },
    ),
    ("log", {"contact": NAME_MARK, "channel": "phone", "note": NAME_MARK}),
    ("plan", {"contact": NAME_MARK, "when": "friday 15:00"}),
    ("show", {"contact": f"{NAME_MARK} {TEXT_MARK}"}),
    ("edit", {"contact": NAME_MARK, "name": TEXT_MARK, "email": NAME_MARK, "phone": NAME_MARK}),
    ("edit", {"contact": NAME_MARK, "name": f"{TEXT_MARK} {NAME_MARK}"}),
    ("words", {"contact": NAME_MARK}),
    ("settings", {"zone": NAME_MARK}),
    ("forget", {"contact": NAME_MARK}),
    ("help", {"topic": NAME_MARK}),
)

DrawnPayload = dict[str, Any]


def make_hostile_name(chance: Random) -> str:
    """As it is typed or, as often, as it is kept; now and then it is as long as a name can be, or longer."""
    name = "".join(chance.choices(NAME_PIECES, k=chance.randint(1, 5)))
    if chance.random() < 0.4:
        name = chance.choice(NAME_MUTATIONS)(chance, name, NAME_PIECES)
    if chance.random() < 0.1:
        name = (name * 120)[: chance.choice((40, 80, 81, 120, 3000))]
    return (sanitize_line(name) if chance.random() < 0.5 else name) or "Dana"


def fill_template(template: Template, name: str, text: str) -> ShownThing:
    shown: ShownThing = fill_marks(
        template.shown, lambda mark: text if mark[0].casefold() == TEXT_MARK.casefold() else name
    )
    return shown


def slack_drawings(shown: ShownThing) -> Iterator[DrawnPayload]:
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


def discord_drawings(shown: ShownThing) -> Iterator[DrawnPayload]:
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


def live_marks_of(shown: ShownThing) -> list[str]:
    """What somebody would be pinged by, could click, or would not see as it is."""
    for_slack, for_discord = list(slack_drawings(shown)), list(discord_drawings(shown))
    found = [said for drawn in for_slack for said in (*on_slack.slack_live_marks(drawn), *active_mentions(drawn))]
    found += [said for drawn in for_discord for said in on_discord.discord_live_marks(drawn)]
    return found + [
        f"unseen in {said!a}" for said in all_payload_texts([for_slack, for_discord]) if DIRECTION_CHARS.search(said)
    ]


def all_payload_texts(drawn: object) -> Iterator[str]:
    """All that goes out, whether or not somebody reads it."""
    if isinstance(drawn, str):
        yield drawn
    elif isinstance(drawn, dict | list):
        for part in drawn.values() if isinstance(drawn, dict) else drawn:
            yield from all_payload_texts(part)


@pytest.fixture(scope="module")
def places() -> list[Template]:
    return asyncio.run(collect_templates())


async def test_no_name_is_more_than_a_name_wherever_it_stands(places: list[Template]) -> None:
    chance = Random(HOSTILE_NAMES_SEED)  # noqa: S311  # to be tried again, not a secret
    names = [make_hostile_name(chance) for _ in range(HOSTILE_NAMES_COUNT)]
    tried = 0
    for number, place in enumerate(places):
        for at in range(number * NAMES_PER_TEMPLATE, (number + 1) * NAMES_PER_TEMPLATE):
            name, text = names[at % HOSTILE_NAMES_COUNT], names[-1 - at % HOSTILE_NAMES_COUNT]
            shown = fill_template(place, name, text)
            found = live_marks_of(shown)
            assert not found, f"seed {HOSTILE_NAMES_SEED}: {place.path}: {name!a} {text!a}: {found}"
            tried += 1
    report_figure(
        "hostile names",
        names=min(HOSTILE_NAMES_COUNT, tried),
        **{"places for them": len(places), "names in places": tried, "alive": 0},
    )


async def shown_over_life(name: str, text: str) -> list[ShownThing]:
    """All that a member sees whose contact is called so: answers, what is behind their buttons, what comes later."""
    member, seen = Member(), list[ShownThing]()
    for command, values in NAMED_COMMANDS:
        typed = {key: value.replace(NAME_MARK, name).replace(TEXT_MARK, text) for key, value in values.items()}
        answer = await member.core.handle_form(member.actor, command, typed, member.now)
        alone = replace(member, store=deepcopy(member.store))
        lines = [button.line for button in answer.acts] if isinstance(answer, Card) else []
        seen += [answer, *[await alone.core.handle_button(alone.actor, line, alone.now) for line in lines]]
    for said in (name, f"{name} wrote back", f'show "{name}"'):
        seen.append(await member.core.handle_direct_message(member.actor, said, member.now))
    seen.append(await member.core.home_page(member.actor, member.now))
    await member.live("2027-01-10 12:00")
    return [*seen, *(card for _to, card, _key in member.messenger.delivered)]


async def test_no_name_is_more_than_a_name_as_it_is_typed_and_kept() -> None:
    chance, shown = Random(f"{HOSTILE_NAMES_SEED}/led"), 0  # noqa: S311
    for _ in range(LED_LIVES):
        name, text = make_hostile_name(chance), make_hostile_name(chance)
        with capture_logs() as logs:
            seen = await shown_over_life(name, text)
        found = [alive_there for one in seen for alive_there in live_marks_of(one)]
        assert not found, f"seed {HOSTILE_NAMES_SEED}: {name!a} {text!a}: {found}"
        assert not [log for log in logs if log["event"] == "fault"], (
            f"seed {HOSTILE_NAMES_SEED}: {name!a} {text!a}: {logs}"
        )
        shown += len(seen)
    report_figure("hostile names", **{"names typed": LED_LIVES, "answers to them": shown})
