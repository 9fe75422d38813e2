"""The one table of commands holds together, and what is drawn from it fits on every platform."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.commands import BY_NAME, COMMANDS, ROOTS, Command, Takes, parser
from bot.commands import help as help_
from bot.domain.messages import Card, words
from bot.domain.model import Happening
from bot.text.command_line import BUTTON_LIMIT
from bot.views import contact
from tests.app.walk import Walk

SHOWN = [row for row in COMMANDS if not row.hidden]
HIDDEN = [row for row in COMMANDS if row.hidden]
MENUS = ("More that I can do for you.", "More about ", "How are you, with ", "Your club meets in ")
REFERENCE = Path(__file__).parents[2] / "docs" / "commands.md"


def name(row: Command) -> str:
    return row.name


def named(walk: Walk) -> set[str]:
    """The rows that some button leads to."""
    return {parser.pressed(button.line).command.name for _path, card in walk.cards for button in card.buttons}


def test_every_hidden_row_is_reachable_by_some_button(walked: Walk) -> None:
    assert {row.name for row in HIDDEN} <= named(walked)


def test_every_button_leads_to_a_row_and_fits(walked: Walk) -> None:
    for path, card in walked.cards:
        for button in card.buttons:
            assert len(button.line) <= BUTTON_LIMIT, path
            assert 0 < len(button.label) <= 80, path
            assert parser.pressed(button.line).command in COMMANDS, path


def test_a_button_that_changes_a_contact_carries_its_id_and_a_mark(walked: Walk) -> None:
    changing = {"rest", "wake", "turn", "rathernot", "news", "askedintroducer"}
    for path, card in walked.cards:
        for button in card.buttons:
            said = parser.pressed(button.line)
            if said.command.name in changing:
                assert said.values["contact"].startswith("#"), path
                assert said.values["mark"], path


def test_a_card_has_four_buttons_at_most_and_a_menu_ten(walked: Walk) -> None:
    for path, card in walked.cards:
        menu = card.text().startswith(MENUS)
        assert len(card.buttons) <= (10 if menu else 4), path


def test_a_card_has_three_lines_at_most_and_says_something(walked: Walk) -> None:
    for path, card in walked.cards:
        assert len(card.lines) <= 3, path
        assert card.lines or card.fields, path
        assert all(words(line).strip() for line in card.lines), path


def test_no_button_stands_twice_on_a_card(walked: Walk) -> None:
    for path, card in walked.cards:
        labels = [button.label for button in card.buttons]
        assert len(labels) == len(set(labels)), path


def test_a_form_has_five_inputs_at_most_and_at_least_one(walked: Walk) -> None:
    for path, form in walked.forms:
        assert 1 <= len(form.inputs) <= 5, path
        assert len({one.name for one in form.inputs}) == len(form.inputs), path
        assert all(len(one.options) <= 25 for one in form.inputs), path


def test_a_form_shows_no_id(walked: Walk) -> None:
    for path, form in walked.forms:
        assert not any(one.value.startswith("#") for one in form.inputs), path


def test_nothing_in_the_walk_was_a_fault(walked: Walk) -> None:
    for path, reply in walked.seen.items():
        assert "went wrong on my side" not in reply.text(), path


@pytest.mark.parametrize("row", SHOWN, ids=name)
def test_a_shown_row_has_a_summary_and_an_example_that_is_read(row: Command) -> None:
    assert row.summary
    said = parser.typed(f"/{row.root} {row.example}")
    assert said.command is row
    assert not parser.missing(said)


@pytest.mark.parametrize("row", COMMANDS, ids=name)
def test_what_a_row_asks_for_are_arguments_of_it(row: Command) -> None:
    assert len({arg.name for arg in row.args}) == len(row.args)
    for wanted in row.asked:
        arg = row.arg(wanted)
        assert arg
        assert arg.takes is not Takes.UNSEEN
        assert arg.ask


def test_six_commands_are_enough() -> None:
    assert [row.name for row in SHOWN if row.core] == ["board", "add", "log", "reply", "plan", "pause"]
    assert all(sum(row.root == root for row in SHOWN) <= 25 for root in ROOTS)
    assert len(BY_NAME) == len(COMMANDS)


def test_every_command_of_the_product_is_there() -> None:
    wanted = (
        "board add log reply plan pause show why words others edit snooze rest close undo landed settings help forget"
    )
    assert {row.name for row in SHOWN if row.root == "outreach"} == set(wanted.split())
    club = "setup busy pulse facilitator join leave ask win tips mirror"
    assert {row.name for row in SHOWN if row.root == "club"} == set(club.split())


def test_hidden_rows_and_unseen_arguments_are_absent_from_help() -> None:
    everything = "\n".join([help_.reference(), *(help_.card(row.name).text() for row in SHOWN)])
    assert not re.search(r"\b(rathernot|nocall|missedcall|askintroducer|askclub)\b", everything)
    for unseen in ("mark", "draft", "anyway", "courtesy", "sure", "twin", "shown"):
        assert f"`{unseen}`" not in everything
        assert f"{unseen}:" not in everything


def test_the_reference_in_the_docs_is_the_table() -> None:
    """`python -m bot.help > docs/commands.md` writes it."""
    assert REFERENCE.read_text(encoding="utf-8") == help_.reference()


def test_a_time_line_has_words_for_every_entry() -> None:
    source = Path(contact.__file__).read_text(encoding="utf-8")
    for kind in Happening.__subclasses__():
        assert f"case {kind.__name__}" in source


def test_help_itself_fits() -> None:
    for topic in ("", "all", "zzz", *(row.name for row in SHOWN)):
        card = help_.card(topic)
        assert isinstance(card, Card)
        assert len(card.fields) <= 25
