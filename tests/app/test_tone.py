"""The tone: kind, plain, short and true. Every sentence is read twice: as it is written, and as it is drawn."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands import COMMANDS
from bot.domain.messages import to_plain_text
from tests.app.walk import LONG_COMPANY, LONG_CONTACT_NAME, LONG_FIRST_NAME, BotWalk

BOT_SOURCES = Path(__file__).parents[2] / "bot"
SENTENCE_SOURCES = [
    *sorted((BOT_SOURCES / "views").rglob("*.py")),
    *sorted((BOT_SOURCES / "text" / "dates").glob("*.py")),
    BOT_SOURCES / "commands" / "help.py",
]

MAX_SENTENCE_CHARS = 90  # characters of a sentence, with a short name: two lines on a phone
MAX_TEMPLATE_LINE_CHARS = 95  # a line of a letter
MAX_TONE_LABEL_CHARS = 40
MAX_TONE_QUESTION_CHARS = 45  # what a modal of Discord shows above an input

REPROACH_WORDS = re.compile(
    r"fail|ghost|overdue|\bdue\b|\blate\b|missed \d|haven't|hasn't|didn't (?:write|answer|reply)|must|should\b"
    r"|have to\b|ignored|neglect|forgot\b|\bwrong with\b|70|percent|%|streak|\bscore|\brank|leaderboard|chance|odds"
    r"|guarantee|!",
    re.IGNORECASE,
)
JARGON_WORDS = re.compile(
    r"\bslots?\b|episode|\bstale\b|\bquotas?\b|\bnull\b|(?-i:\bNone\b)|\berror|invalid|\bsyntax|argument|parameter"
    r"|\bstore[ds]\b|database|exception|timeout|envelope|\bdraft|basket|outreach\b",
    re.IGNORECASE,
)
ALLOWED_SENTENCES = {
    "Sorry, this comes late: I was away.",  # our own apology
    "I haven't heard from {about} for a while and hope that all is well there.",  # the member, of themselves
}
SENTENCE_END = re.compile(r"[.?:…”]$")


def view_sentences() -> Iterator[str]:
    """Every literal that is said: in the views, in the help, and in the table."""
    for path in SENTENCE_SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("_", "N_", "ngettext")
            ):
                yield from (
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                )
    for row in COMMANDS:
        yield row.summary
        for arg in row.arguments:
            yield from (text for text in (arg.question, arg.hint) if text and arg.question != arg.name)


WRITTEN_LINES = sorted({line for text in view_sentences() for line in text.split("\n")} - ALLOWED_SENTENCES)


def with_short_names(text: str) -> str:
    """With a name and a company as people have them."""
    for long, name in (
        (LONG_CONTACT_NAME, "Dana"),
        (LONG_FIRST_NAME, "Dana"),
        (f"{LONG_FIRST_NAME[:23]}…", "Dana"),
        (LONG_COMPANY, "Acme"),
        (LONG_COMPANY[:40], "Acme"),
    ):
        text = text.replace(long, name)
    return text


def test_there_is_something_to_read() -> None:
    assert len(WRITTEN_LINES) > 250
    assert {line for text in view_sentences() for line in text.split("\n")} >= ALLOWED_SENTENCES


@pytest.mark.parametrize("pattern", [REPROACH_WORDS, JARGON_WORDS], ids=["reproach", "jargon"])
def test_nothing_is_written_that_hurts_or_that_only_we_understand(pattern: re.Pattern[str]) -> None:
    assert [line for line in WRITTEN_LINES if pattern.search(re.sub(r"\{\w+\}", "", line))] == []


def test_nothing_is_drawn_that_hurts_or_that_only_we_understand(walked: BotWalk) -> None:
    for path, line in walked.lines:
        said = with_short_names(line)
        if said not in ALLOWED_SENTENCES and not said.startswith(("For example", "“")):
            assert not REPROACH_WORDS.search(said), path
            assert not JARGON_WORDS.search(said), path


def test_sentences_are_short_and_end(walked: BotWalk) -> None:
    for path, line in walked.lines:
        said = with_short_names(line)
        assert len(said) <= MAX_SENTENCE_CHARS, (said, path)
        assert SENTENCE_END.search(said) or said.startswith("For example: "), (said, path)
        assert not re.search(r"[.?!]{2}|\s\s|\s[.,;:?]", said), (said, path)
        assert said[0] not in "abcdefghijklmnopqrstuvwxyz", (said, path)


def test_every_placeholder_is_filled(walked: BotWalk) -> None:
    for path, reply in walked.seen.items():
        assert not re.search(r"[{}]|\bNone\b", reply.text()), path


def test_letters_open_with_care_and_leave_an_easy_way_out(walked: BotWalk) -> None:
    letters = {with_short_names(card.quote) for _path, card in walked.cards if re.match("Hi |Hello ", card.quote)}
    assert len(letters) > 10
    for letter in letters:
        first, *_middle, last = letter.split("\n")
        assert re.search(r"\bhope\b|how good to hear", first), letter
        assert re.search(r"no need|suits|no hurry|fine|only if|understand|own time|thank you", last, re.IGNORECASE), (
            letter
        )
        assert all(len(line) <= MAX_TEMPLATE_LINE_CHARS and SENTENCE_END.search(line) for line in letter.split("\n")), (
            letter
        )


def test_labels_are_short_and_are_no_sentences(walked: BotWalk) -> None:
    for path, card in walked.cards:
        for button in card.acts:
            assert len(with_short_names(button.label)) <= MAX_TONE_LABEL_CHARS, path
            assert not button.label.endswith("."), path


def test_questions_of_forms_fit_and_are_questions(walked: BotWalk) -> None:
    for path, form in walked.forms:
        assert len(form.title) <= MAX_TONE_QUESTION_CHARS, path
        for input_ in form.inputs:
            assert len(input_.label) <= MAX_TONE_QUESTION_CHARS, input_.label
            assert input_.label.endswith("?"), input_.label


def test_what_is_said_about_silence_first_says_that_it_is_no_fault(walked: BotWalk) -> None:
    silences = [
        card.text() for path, card in walked.cards if "> why " in path and "It's no fault of yours" in card.text()
    ]
    assert silences
    assert all(text.startswith("It's no fault of yours.") for text in silences)


def test_what_is_to_be_shared_names_no_contact(walked: BotWalk) -> None:
    shared = [card for _path, card in walked.cards if "I post nothing by myself." in card.text()]
    assert shared
    for card in shared:
        assert not re.search(f"{re.escape(LONG_FIRST_NAME)}|Dana|Lee|Sam|Priya", card.quote)


def test_nothing_after_the_quota_proposes_writing_to_the_same_person(walked: BotWalk) -> None:
    beyond = [
        card
        for _path, card in walked.cards
        if to_plain_text(card.lines[0] if card.lines else ()).startswith("It's quiet with")
    ]
    assert beyond
    for card in beyond:
        assert not card.quote
        assert not {"Words", "Show words", "I reached out", "I sent it"} & {button.label for button in card.acts}
