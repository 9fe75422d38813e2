from __future__ import annotations

import pytest

from tests.adapters.console.console_bench import ConsoleBench, entry_texts


async def test_a_press_replies_in_place_of_the_card_that_was_pressed():
    said = await ConsoleBench().json_without_ready("board", "add Dana", ":press 2")
    assert said[-1]["text"] == "Pressed Undo."
    assert said[-1]["replaces"] == said[-2]["id"]


async def test_a_form_opened_by_a_press_replaces_nothing_nor_does_the_answer_to_it():
    said = await ConsoleBench().json_without_ready("board", ":press Add", ":fill contact=Dana")
    assert [one["kind"] for one in said] == ["reply", "form", "reply"]
    assert [one["replaces"] for one in said] == [None, None, None]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("Yes", "Yes"),  # the whole label wins over the beginning of another
        ("yes, BUT", "Yes, but later"),
        ("[I'd rather not]", "I’d rather not"),
        ("3", "I’d rather not"),
        ("more...", "More…"),  # on an older card
        ("[more", "More…"),
    ],
)
async def test_labels_are_forgiving(typed, line):
    bench = ConsoleBench()
    await bench.json_without_ready("board", "hello", f":press {typed}")
    assert bench.core_calls[-1] == ("press", line)


@pytest.mark.parametrize(("typed", "line"), [("1", "Lee"), ("2", "Dana"), ("3", "Board"), ("dana", "Dana")])
async def test_a_number_chooses_a_row_an_option_or_a_button(typed, line):
    bench = ConsoleBench()
    said = await bench.json_without_ready("everybody", f":press {typed}")
    assert said[0]["buttons"] == ["Lee", "Dana", "Board"]
    assert bench.core_calls[-1] == ("press", line)


@pytest.mark.parametrize("typed", ["4", "0", "No such", "", "[]", "²"])
async def test_a_button_that_is_not_there_is_told(typed):
    bench = ConsoleBench()
    said = await bench.json_without_ready("board", "hello", f":press {typed}")
    assert said[-1]["kind"] == "error"
    assert bench.core_calls[-1][0] == "text"


async def test_a_beginning_that_fits_two_buttons_is_asked_back():
    said = await ConsoleBench().json_without_ready("hello", ":press ye")
    assert said[-1]["text"] == "Which one: [Yes] [Yes, but later]?"


async def test_what_was_replaced_can_still_be_pressed():
    bench = ConsoleBench()
    said = await bench.json_without_ready("board", ":press more", ":press More…")
    assert [one["replaces"] for one in said] == [None, said[0]["id"], said[0]["id"]]


async def test_nobody_presses_what_was_said_to_another():
    said = await ConsoleBench().json_without_ready("board", ":as Lee", ":press 1")
    assert said[-1]["text"] == "There is no button to press yet"


async def test_a_reminder_can_be_pressed_and_is_replaced():
    said = await ConsoleBench().json_without_ready("add Dana", ":skip 2 days", ":press words")
    assert said[-1]["replaces"] == next(one["id"] for one in said if one["kind"] == "dm")


async def test_a_person_presses_with_a_bare_number_when_the_newest_thing_has_it():
    bench = ConsoleBench()
    await bench.terminal_text("board", ":help", "2", "9", "quiet", "1")
    assert bench.core_calls == [
        ("text", "board"),
        ("press", "More…"),
        ("text", "9"),
        ("text", "quiet"),
        ("text", "1"),
    ]


@pytest.mark.parametrize(
    "typed",
    [
        '{"contact": "Dana", "channel": "phone"}',
        '{"WHO IS IT?": "Dana", "channel": "Phone call"}',
        "contact=Dana; How did you reach out?=PHONE CALL",
        " contact = Dana ;channel=phone",
    ],
)
async def test_a_form_is_answered_by_names_or_labels_and_values_or_labels(typed):
    bench = ConsoleBench()
    await bench.json_without_ready("add", f":fill {typed}")
    assert bench.core_calls[-1] == ("fill", {"contact": "Dana", "channel": "phone"})


async def test_what_the_form_already_says_stands_and_can_be_emptied():
    bench = ConsoleBench()
    await bench.json_without_ready(
        "add", ":fill contact=Dana; a=b Smith", ":fill contact=Dana", ':fill {"contact": "Dana", "channel": null}'
    )
    fills = [values for kind, values in bench.core_calls if kind == "fill"]
    assert fills == [{"contact": "Dana", "channel": "email"}, {"contact": "Dana", "channel": ""}]


@pytest.mark.parametrize("typed", ["{", '{"contact": {}}', "Dana", '{"nobody": "x"}', "", "=", ";"])
async def test_an_answer_that_cannot_be_read_is_told(typed):
    bench = ConsoleBench()
    said = await bench.json_without_ready("add", f":fill {typed}")
    assert said[-1]["kind"] == "error"
    assert bench.core_calls == [("text", "add")]


async def test_without_a_form_there_is_nothing_to_answer():
    assert entry_texts(await ConsoleBench().json_without_ready(":fill contact=Dana")) == [
        "There is no form to answer yet"
    ]
