"""Whatever arrives at any door of the bot is answered: soon, kindly, and without a fault.

`STALEMATE_TEST_INPUTS` is how much is tried, `STALEMATE_SEED` what. Files of contacts have no door yet: what reads
them one day belongs in here, too.
"""

from __future__ import annotations

import gc
import os
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from random import Random
from time import process_time
from unicodedata import category

import pytest
from structlog.testing import capture_logs

from bot.commands import COMMANDS, Argument
from bot.domain.errors import UserError
from bot.text import dates
from bot.text.dates.request import MAX_TIME_CHARS
from tests.cpu_cost import least_cpu_seconds
from tests.fakes import Member
from tests.faults.argument_values import HOSTILE_VALUES, TIME_VALUES, VALUES_BY_KIND, sensible_value
from tests.faults.entry_points import ENTRY_POINTS, FUZZ_CALENDARS, NINE_O_CLOCK, FuzzInput, feed_input
from tests.faults.figures import expect_in_full_run, report_figure, trial_count
from tests.faults.hostile import ARGUMENT_NAMES, BOMB_PIECES, MAX_HOSTILE_CHARS, make_hostile_text

FUZZ_SEED = int(os.environ.get("STALEMATE_SEED", str(random.randrange(10**6))))  # noqa: S311  # printed, to play again
FUZZ_INPUT_COUNT = trial_count("INPUTS", 600)
INPUTS_PER_BOOK = 500  # inputs on one book; then it is a new one
PROMISED_CPU_SECONDS = 0.1  # seconds of the processor: promised where it is measured
# Times what it takes to look at each letter of the longest text once. The dearest of all take seven, and what
# grows with the square of a length takes thousands.
ANSWERED, READ = 40, 20
MAX_GROWTH_MB = 50  # MB that may be kept of all that was heard
FUZZ_APOLOGY = "something went wrong on my side"
FUZZ_LANGUAGES = ("en", "en-US", "de", "fr", "es", "xx")
FUZZ_BOARD_LINES = (
    "add Dana Smith channel: email company: Acme",
    "add Lee channel: linkedin",
    "add Åsa Öberg",
    "plan Lee when: friday 15:00",
)
COMMAND_EXAMPLES = tuple(row.example for row in COMMANDS if not row.is_hidden)
DIRECT_MESSAGE_EXAMPLES = (
    "Dana wrote back",
    "I called Lee yesterday",
    "stop",
    "Will answered",
    "Mary Ann",
    "/outreach add Sam",
    *COMMAND_EXAMPLES,
)
FUZZ_CONTACT_NAMES = ("Dana", "dana smith", "Åsa", "asa oberg", "Smith", "#x", "Lee's")
FUZZ_PLACES = ("Berlin", "New York", "Asia/Kolkata", "germany", "US", "São Paulo", "utc+2", "dublin", "")
FUZZ_TIMES = (
    *(
        *TIME_VALUES,
        "25:00",
        "13pm",
        "9am in the evening",
        "24:00",
        "noon",
        "midnight utc+2",
        "tonight",
        "half an hour ago",
    ),
    *("20-25 dec", "from mon to fri", "until next friday", "5 working days", "1/2", "12.11.", "next monday 9am CET"),
    *("2026-12-03T09:00+01:00", "end of next month", "morgen um 9", "le 5 mai", "9999 years", "29 feb", "0 days"),
)
VALID_INPUTS = {
    "a_time": FUZZ_TIMES,
    "an_hour": FUZZ_TIMES,
    "a_name": FUZZ_CONTACT_NAMES,
    "a_place": FUZZ_PLACES,
    "typed": COMMAND_EXAMPLES,
    "pressed": COMMAND_EXAMPLES,
}
ENTRY_POINT_WEIGHTS = (6, 3, 5, 5, 3, 3, 1, 2, 1, 1, 1)  # how often at which of the doors


def next_input(chance: Random, member: Member) -> FuzzInput:
    """What arrives next."""
    door = chance.choices(tuple(ENTRY_POINTS), ENTRY_POINT_WEIGHTS)[0]
    if door == "filled":
        return FuzzInput(door, form_answers(chance))
    if door == "suggested":
        row = chance.choice(COMMANDS)
        arg = chance.choice(row.arguments or (Argument("none", ""),))
        return FuzzInput(door, (row.name, arg.name, fuzz_argument_value(chance, arg)))
    lines = tuple(button.line for button in member.card.acts) if door == "pressed" else ()
    said = sometimes_hostile_text(chance, (*lines, *VALID_INPUTS.get(door, DIRECT_MESSAGE_EXAMPLES)))
    more = (chance.choice(FUZZ_LANGUAGES), str(chance.randrange(len(FUZZ_CALENDARS)))) if door == "a_time" else ()
    return FuzzInput(door, (said, *more))


def sometimes_hostile_text(chance: Random, valid: Sequence[str]) -> str:
    """Now and then it is meant so."""
    return chance.choice(valid) if chance.random() < 0.15 else make_hostile_text(chance, valid)


def form_answers(chance: Random) -> tuple[str, ...]:
    """A command with some of its values; now and then it is none, or has a value that is not its own."""
    row = chance.choice(COMMANDS)
    pairs = {
        arg.name: fuzz_argument_value(chance, arg) for arg in row.arguments if arg.required or chance.random() < 0.4
    }
    strange = {make_hostile_text(chance, ARGUMENT_NAMES): "x"} if chance.random() < 0.05 else {}
    command = make_hostile_text(chance, (row.name,)) if chance.random() < 0.05 else row.name
    return (command, *(part for pair in {**pairs, **strange}.items() for part in pair))


def fuzz_argument_value(chance: Random, arg: Argument) -> str:
    fitting = (sensible_value(arg), *arg.choices, *VALUES_BY_KIND.get(arg.kind, (*FUZZ_CONTACT_NAMES, *HOSTILE_VALUES)))
    return chance.choice(fitting) if chance.random() < 0.5 else make_hostile_text(chance, fitting)


@lru_cache(maxsize=1)
def look_cpu_seconds() -> float:
    """Seconds of the processor for that, with nothing of ours."""
    return least_cpu_seconds(lambda: [category(char) for char in "a" * MAX_HOSTILE_CHARS])


async def measure_input(member: Member, said: FuzzInput) -> tuple[str, float]:
    """The answer, and the seconds that it took.

    What seems slow is tried once more as it was, and the look beside it: memory may have been cleared meanwhile, of
    what others left, or the machine has become slower.
    """
    before = replace(member, store=deepcopy(member.store))
    began = process_time()
    answer = await feed_input(member, said)
    took = process_time() - began
    if took < ANSWERED * look_cpu_seconds():
        return answer, took
    look_cpu_seconds.cache_clear()
    began = process_time()
    await feed_input(before, said)
    return answer, min(took, process_time() - began)


async def check_answer_seconds(member: Member, said: FuzzInput) -> float:
    """The seconds that it took, when there is nothing to complain of."""
    with capture_logs() as logs:
        try:
            answer, took = await measure_input(member, said)
        except Exception as fault:
            raise AssertionError(f"seed {FUZZ_SEED}: {said}") from fault
    assert not [log for log in logs if log["event"] == "fault"], f"seed {FUZZ_SEED}: {said}: {logs}"
    assert FUZZ_APOLOGY not in answer, f"seed {FUZZ_SEED}: {said}: {answer}"
    assert took < ANSWERED * look_cpu_seconds(), f"seed {FUZZ_SEED}: {took / look_cpu_seconds():.0f} looks for {said}"
    return took


async def member_at_work() -> Member:
    member = Member()
    for line in FUZZ_BOARD_LINES:
        await member.say(line)
    return member


async def slowest_of_life(number: int) -> float:
    """So many inputs to one member; the seconds that the slowest of them took."""
    chance, member = Random(f"{FUZZ_SEED}/{number}"), await member_at_work()  # noqa: S311  # to be led again, not a secret
    return max([await check_answer_seconds(member, next_input(chance, member)) for _ in range(INPUTS_PER_BOOK)])


def resident_megabytes() -> float:
    """MB of memory that this process holds."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


async def test_whatever_arrives_is_answered_soon_and_without_a_fault() -> None:
    await slowest_of_life(-1)  # what is loaded once stays
    before = resident_megabytes()
    slowest = max([await slowest_of_life(number) for number in range(FUZZ_INPUT_COUNT // INPUTS_PER_BOOK)])
    grown = resident_megabytes() - before
    assert grown < MAX_GROWTH_MB, f"seed {FUZZ_SEED}: {grown:.0f} MB more"
    spent = {"ms for the slowest": round(slowest * 1000), "MB more of memory": round(grown)}
    expect_in_full_run(slowest < PROMISED_CPU_SECONDS)
    report_figure("fuzz", inputs=FUZZ_INPUT_COUNT, faults=0, **spent)


def input_for(door: str, text: str) -> FuzzInput:
    before = {"filled": ("log", "contact", text, "note"), "suggested": ("log", "when")}.get(door, ())
    return FuzzInput(door, (*before, text, *(("de", "0") if door == "a_time" else ())))


@pytest.mark.parametrize("door", ENTRY_POINTS)
async def test_a_thousand_times_the_same_is_answered_soon_at_any_door(door: str) -> None:
    member = await member_at_work()
    for bomb in (*BOMB_PIECES, "Priya" + '"' * 60, "a" + "\u0301" * 9 + "\u200d\u0301"):
        many = bomb * (MAX_HOSTILE_CHARS // len(bomb))
        for text in (bomb, many, f'log Dana note: "{many}'):
            await check_answer_seconds(member, input_for(door, text))


def bomb_texts(bomb: str) -> tuple[str, ...]:
    """Of all lengths: as long as is read at all, and far longer."""
    longest = (bomb * MAX_TIME_CHARS)[:MAX_TIME_CHARS]
    return longest, f"friday {longest}"[:MAX_TIME_CHARS], f"{longest[: MAX_TIME_CHARS - 6]} 15:00", bomb * 10_000


def reading_cpu_seconds(read: Callable[[], object]) -> float:
    """Seconds of the processor, the better of two tries."""

    def reading() -> None:
        with suppress(UserError):
            read()

    return least_cpu_seconds(reading, tries=2)


@pytest.mark.parametrize("bomb", BOMB_PIECES, ids=ascii)
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_words_of_time_take_long_to_read(bomb: str, language: str) -> None:
    now, place = Member().now, FUZZ_CALENDARS[0]
    for said in bomb_texts(bomb):
        took = [
            reading_cpu_seconds(
                lambda said=said: dates.parse_instant(
                    said, now, place, default_hour=NINE_O_CLOCK, future=True, language=language
                )
            ),
            reading_cpu_seconds(lambda said=said: dates.parse_day(said, now, place, future=False, language=language)),
            reading_cpu_seconds(lambda said=said: dates.parse_date_span(said, now, place, language=language)),
            reading_cpu_seconds(lambda said=said: dates.parse_time_from_now(said, now, place)),
        ]
        assert max(took) < READ * look_cpu_seconds(), f"{ascii(said)[:200]}: {max(took) / look_cpu_seconds():.0f} looks"
