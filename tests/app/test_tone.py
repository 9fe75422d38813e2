"""The tone: kind, plain, short and true. Every sentence is read twice: as it is written, and as it is drawn."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands import COMMANDS
from bot.domain.messages import to_plain_text
from tests.app.walk import COMPANY, FIRST, LONG, Walk

BOT = Path(__file__).parents[2] / "bot"
WRITTEN_IN = [
    *sorted((BOT / "views").rglob("*.py")),
    *sorted((BOT / "text" / "dates").glob("*.py")),
    BOT / "commands" / "help.py",
]

LONGEST = 90  # characters of a sentence, with a short name: two lines on a phone
LONGEST_WORDS = 95  # a line of a letter
LABEL = 40
QUESTION = 45  # what a modal of Discord shows above an input

REPROACH = re.compile(
    r"fail|ghost|overdue|\bdue\b|\blate\b|missed \d|haven't|hasn't|didn't (?:write|answer|reply)|must|should\b"
    r"|have to\b|ignored|neglect|forgot\b|\bwrong with\b|70|percent|%|streak|\bscore|\brank|leaderboard|chance|odds"
    r"|guarantee|!",
    re.IGNORECASE,
)
JARGON = re.compile(
    r"\bslots?\b|episode|\bstale\b|\bquotas?\b|\bnull\b|(?-i:\bNone\b)|\berror|invalid|\bsyntax|argument|parameter"
    r"|\bstore[ds]\b|database|exception|timeout|envelope|\bdraft|basket|outreach\b",
    re.IGNORECASE,
)
ALLOWED = {
    "Sorry, this comes late: I was away.",  # our own apology
    "I haven't heard from {about} for a while and hope that all is well there.",  # the member, of themselves
}
CLOSED = re.compile(r"[.?:…”]$")


def sentences() -> Iterator[str]:
    """Every literal that is said: in the views, in the help, and in the table."""
    for path in WRITTEN_IN:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                yield from (
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                )
    for row in COMMANDS:
        yield row.summary
        for arg in row.arguments:
            yield from (text for text in (arg.question, arg.hint) if text and arg.question != arg.name)


WRITTEN = sorted({line for text in sentences() for line in text.split("\n")} - ALLOWED)


def short(text: str) -> str:
    """With a name and a company as people have them."""
    for long, name in (
        (LONG, "Dana"),
        (FIRST, "Dana"),
        (f"{FIRST[:23]}…", "Dana"),
        (COMPANY, "Acme"),
        (COMPANY[:40], "Acme"),
    ):
        text = text.replace(long, name)
    return text


def test_there_is_something_to_read() -> None:
    assert len(WRITTEN) > 250
    assert {line for text in sentences() for line in text.split("\n")} >= ALLOWED


@pytest.mark.parametrize("pattern", [REPROACH, JARGON], ids=["reproach", "jargon"])
def test_nothing_is_written_that_hurts_or_that_only_we_understand(pattern: re.Pattern[str]) -> None:
    assert [line for line in WRITTEN if pattern.search(re.sub(r"\{\w+\}", "", line))] == []


def test_nothing_is_drawn_that_hurts_or_that_only_we_understand(walked: Walk) -> None:
    for path, line in walked.lines:
        said = short(line)
        if said not in ALLOWED and not said.startswith(("For example", "“")):
            assert not REPROACH.search(said), path
            assert not JARGON.search(said), path


def test_sentences_are_short_and_end(walked: Walk) -> None:
    for path, line in walked.lines:
        said = short(line)
        assert len(said) <= LONGEST, (said, path)
        assert CLOSED.search(said) or said.startswith("For example: "), (said, path)
        assert not re.search(r"[.?!]{2}|\s\s|\s[.,;:?]", said), (said, path)
        assert said[0] not in "abcdefghijklmnopqrstuvwxyz", (said, path)


def test_every_placeholder_is_filled(walked: Walk) -> None:
    for path, reply in walked.seen.items():
        assert not re.search(r"[{}]|\bNone\b", reply.text()), path


def test_letters_open_with_care_and_leave_an_easy_way_out(walked: Walk) -> None:
    letters = {short(card.quote) for _path, card in walked.cards if re.match("Hi |Hello ", card.quote)}
    assert len(letters) > 10
    for letter in letters:
        first, *_middle, last = letter.split("\n")
        assert re.search(r"\bhope\b|how good to hear", first), letter
        assert re.search(r"no need|suits|no hurry|fine|only if|understand|own time|thank you", last, re.IGNORECASE), (
            letter
        )
        assert all(len(line) <= LONGEST_WORDS and CLOSED.search(line) for line in letter.split("\n")), letter


def test_labels_are_short_and_are_no_sentences(walked: Walk) -> None:
    for path, card in walked.cards:
        for button in card.buttons:
            assert len(short(button.label)) <= LABEL, path
            assert not button.label.endswith("."), path


def test_questions_of_forms_fit_and_are_questions(walked: Walk) -> None:
    for path, form in walked.forms:
        assert len(form.title) <= QUESTION, path
        for input_ in form.inputs:
            assert len(input_.label) <= QUESTION, input_.label
            assert input_.label.endswith("?"), input_.label


def test_what_is_said_about_silence_first_says_that_it_is_no_fault(walked: Walk) -> None:
    silences = [
        card.text() for path, card in walked.cards if "> why " in path and "It's no fault of yours" in card.text()
    ]
    assert silences
    assert all(text.startswith("It's no fault of yours.") for text in silences)


def test_what_is_to_be_shared_names_no_contact(walked: Walk) -> None:
    shared = [card for _path, card in walked.cards if "I post nothing by myself." in card.text()]
    assert shared
    for card in shared:
        assert not re.search(f"{re.escape(FIRST)}|Dana|Lee|Sam|Priya", card.quote)


def test_nothing_after_the_quota_proposes_writing_to_the_same_person(walked: Walk) -> None:
    beyond = [
        card
        for _path, card in walked.cards
        if to_plain_text(card.lines[0] if card.lines else ()).startswith("It's quiet with")
    ]
    assert beyond
    for card in beyond:
        assert not card.quote
        assert not {"Words", "Show words", "I reached out", "I sent it"} & {button.label for button in card.buttons}
