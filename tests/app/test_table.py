"""The one table of commands holds together, and what is drawn from it fits on every platform."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.commands import COMMAND_ROOTS, COMMANDS, COMMANDS_BY_NAME, ArgumentKind, Command, parser
from bot.commands import help as help_
from bot.domain.messages import Card, to_plain_text
from bot.domain.model import TimelineEntry
from bot.text.command_line import MAX_BUTTON_LINE_CHARS
from bot.views import timeline
from tests.app.walk import BotWalk

SHOWN_COMMANDS = [row for row in COMMANDS if not row.is_hidden]
HIDDEN_COMMANDS = [row for row in COMMANDS if row.is_hidden]
MENU_HEADINGS = ("More that I can do for you.", "More about ", "How are you, with ", "Your club meets in ")
COMMAND_REFERENCE_DOC = Path(__file__).parents[2] / "docs" / "commands.md"


def command_row_name(row: Command) -> str:
    return row.name


def command_names_on_buttons(walk: BotWalk) -> set[str]:
    """The rows that some button leads to."""
    return {
        parser.parse_button_command(button.line).command.name for _path, card in walk.cards for button in card.buttons
    }


def test_every_hidden_row_is_reachable_by_some_button(walked: BotWalk) -> None:
    assert {row.name for row in HIDDEN_COMMANDS} <= command_names_on_buttons(walked)


def test_every_button_leads_to_a_row_and_fits(walked: BotWalk) -> None:
    for path, card in walked.cards:
        for button in card.buttons:
            assert len(button.line) <= MAX_BUTTON_LINE_CHARS, path
            assert 0 < len(button.label) <= 80, path
            assert parser.parse_button_command(button.line).command in COMMANDS, path


def test_a_button_that_changes_a_contact_carries_its_id_and_a_mark(walked: BotWalk) -> None:
    changing = {"rest", "wake", "turn", "rathernot", "news", "askedintroducer"}
    for path, card in walked.cards:
        for button in card.buttons:
            said = parser.parse_button_command(button.line)
            if said.command.name in changing:
                assert said.values["contact"].startswith("#"), path
                assert said.values["mark"], path


def test_a_card_has_four_buttons_at_most_and_a_menu_ten(walked: BotWalk) -> None:
    for path, card in walked.cards:
        menu = card.text().startswith(MENU_HEADINGS)
        assert len(card.buttons) <= (10 if menu else 4), path


def test_a_card_has_three_lines_at_most_and_says_something(walked: BotWalk) -> None:
    for path, card in walked.cards:
        assert len(card.lines) <= 3, path
        assert card.lines or card.fields, path
        assert all(to_plain_text(line).strip() for line in card.lines), path


def test_no_button_stands_twice_on_a_card(walked: BotWalk) -> None:
    for path, card in walked.cards:
        labels = [button.label for button in card.buttons]
        assert len(labels) == len(set(labels)), path


def test_a_form_has_five_inputs_at_most_and_at_least_one(walked: BotWalk) -> None:
    for path, form in walked.forms:
        assert 1 <= len(form.inputs) <= 5, path
        assert len({input_.name for input_ in form.inputs}) == len(form.inputs), path
        assert all(len(input_.options) <= 25 for input_ in form.inputs), path


def test_a_form_shows_no_id(walked: BotWalk) -> None:
    for path, form in walked.forms:
        assert not any(input_.value.startswith("#") for input_ in form.inputs), path


def test_nothing_in_the_walk_was_a_fault(walked: BotWalk) -> None:
    for path, reply in walked.seen.items():
        assert "went wrong on my side" not in reply.text(), path


@pytest.mark.parametrize("row", SHOWN_COMMANDS, ids=command_row_name)
def test_a_shown_row_has_a_summary_and_an_example_that_is_read(row: Command) -> None:
    assert row.summary
    said = parser.parse_typed_command(f"/{row.root} {row.example}")
    assert said.command is row
    assert not parser.missing_arguments(said)


@pytest.mark.parametrize("row", COMMANDS, ids=command_row_name)
def test_what_a_row_asks_for_are_arguments_of_it(row: Command) -> None:
    assert len({arg.name for arg in row.arguments}) == len(row.arguments)
    for wanted in row.form_argument_names:
        arg = row.find_argument(wanted)
        assert arg
        assert arg.kind is not ArgumentKind.HIDDEN
        assert arg.question


def test_six_commands_are_enough() -> None:
    assert [row.name for row in SHOWN_COMMANDS if row.is_essential] == ["board", "add", "log", "reply", "plan", "pause"]
    assert all(sum(row.root == root for row in SHOWN_COMMANDS) <= 25 for root in COMMAND_ROOTS)
    assert len(COMMANDS_BY_NAME) == len(COMMANDS)


def test_every_command_of_the_product_is_there() -> None:
    wanted = (
        "board add log reply plan pause show why words others edit snooze rest close undo landed settings help forget"
    )
    assert {row.name for row in SHOWN_COMMANDS if row.root == "outreach"} == set(wanted.split())
    club = "setup busy pulse facilitator join leave ask win tips mirror"
    assert {row.name for row in SHOWN_COMMANDS if row.root == "club"} == set(club.split())


def test_hidden_rows_and_unseen_arguments_are_absent_from_help() -> None:
    everything = "\n".join(
        [help_.render_command_reference(), *(help_.help_card(row.name).text() for row in SHOWN_COMMANDS)]
    )
    assert not re.search(r"\b(rathernot|nocall|missedcall|askintroducer|askclub)\b", everything)
    for unseen in ("mark", "draft", "anyway", "courtesy", "sure", "twin", "shown"):
        assert f"`{unseen}`" not in everything
        assert f"{unseen}:" not in everything


def test_the_reference_in_the_docs_is_the_table() -> None:
    """`python -m bot.commands.help > docs/commands.md` writes it."""
    assert COMMAND_REFERENCE_DOC.read_text(encoding="utf-8") == help_.render_command_reference()


def test_a_time_line_has_words_for_every_entry() -> None:
    source = Path(timeline.__file__).read_text(encoding="utf-8")
    for kind in TimelineEntry.__subclasses__():
        assert f"case {kind.__name__}" in source


def test_help_itself_fits() -> None:
    for topic in ("", "all", "zzz", *(row.name for row in SHOWN_COMMANDS)):
        card = help_.help_card(topic)
        assert isinstance(card, Card)
        assert len(card.fields) <= 25
