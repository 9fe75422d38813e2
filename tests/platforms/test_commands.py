"""What members type, press and fill in is answered where they did it, and to them alone."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.platforms.stage import ADD_EMAILED_DANA, ADD_UNCONTACTED_DANA, Stage

TYPED_HOSTILE_NAMES = (
    *("<!channel>", "*bold*", "<http://evil|bank>", "@everyone", ":tada:", "~_`x`_~", "&lt;!here&gt;"),
    *("<@U0LEE>", "<@100000000000000002>", "[bank](http://evil.example)", "||hidden||", "# big", "<t:0>"),
    *("discord.gg/evil", "</airhorn:816437322781949972>", "<:mmLol:216154654256398347>", "```", "<!date^0^{date}|x>"),
)


async def test_a_command_is_answered_to_its_author_alone(any_stage: Stage) -> None:
    answer = await any_stage.say(ADD_EMAILED_DANA)
    assert answer.said.startswith("Dana is on your board.")
    assert "Add someone" in any_stage.labels(answer)
    assert any_stage.private() == [answer]
    assert any_stage.inbox() == []
    assert "Dana" not in any_stage.lee.sees
    assert any_stage.count("message") == 0
    assert await any_stage.names() == ["Dana"]


async def test_each_member_has_a_book_of_their_own(stage: Stage) -> None:
    await stage.say(ADD_EMAILED_DANA)
    await stage.say("add Priya channel: email", stage.lee)
    assert [one in (await stage.say("board")).said for one in ("Dana", "Priya")] == [True, False]
    assert [one in (await stage.say("board", stage.lee)).said for one in ("Dana", "Priya")] == [False, True]


async def test_a_command_meant_twice_has_two_effects(stage: Stage) -> None:
    await stage.say(ADD_UNCONTACTED_DANA)
    for day in ("23 nov", "22 nov"):
        await stage.say(f"log Dana channel: email when: {day}")
    assert await stage.kinds() == ["attempt", "attempt"]


@pytest.mark.parametrize("name", TYPED_HOSTILE_NAMES)
async def test_a_contact_is_shown_literally_wherever_it_is_named(stage: Stage, name: str) -> None:
    form = await stage.press(await stage.say("board"), "Add someone")
    added = await stage.fill(form, contact=name, channel="email")
    assert stage.read(added).startswith(f"{name} is on your board.")
    assert name in stage.read(await stage.write("board"))
    reminder = await stage.reminded()
    assert name in stage.read(reminder)
    assert name in stage.notification(reminder)
    assert f"About {name}." in stage.read(await stage.press(reminder, "Later"))
    assert await stage.names() == [name]
    assert stage.live_marks() == []


async def test_a_press_on_a_private_answer_replaces_it(any_stage: Stage) -> None:
    answer = await any_stage.say(ADD_EMAILED_DANA)
    assert await any_stage.press(answer, "Undo") is answer
    assert any_stage.private() == [answer]
    assert any_stage.inbox() == []
    assert await any_stage.names() == []


async def test_a_press_on_a_direct_message_replaces_it(any_stage: Stage) -> None:
    await any_stage.say(ADD_EMAILED_DANA)
    card = await any_stage.write("Dana")
    assert await any_stage.press(card, "More…") is card
    assert any_stage.inbox() == [card]
    assert len(card.versions) == 1


async def test_what_is_folded_into_a_menu_works_as_a_button_does(any_stage: Stage) -> None:
    await any_stage.say(ADD_EMAILED_DANA)
    card = await any_stage.write("Dana")
    for label in ("More…", "Rest"):
        assert await any_stage.press(card, label) is card
    assert "Dana rests now" in card.said
    assert await any_stage.kinds() == ["attempt", "set_aside"]


async def test_a_reminder_is_answered_in_its_place_and_keeps_its_mark(stage: Stage) -> None:
    await stage.say(ADD_EMAILED_DANA)
    reminder = await stage.reminded()
    mark = stage.mark(reminder)
    assert await stage.press(reminder, "I'd rather not") is reminder
    assert stage.mark(reminder) == mark
    assert await stage.kinds() == ["attempt", "slot_declined"]
    assert stage.inbox(stage.lee) == []


async def test_a_form_that_a_reminder_opened_is_answered_in_its_place(stage: Stage) -> None:
    await stage.say(ADD_EMAILED_DANA)
    reminder = await stage.reminded()
    mark = stage.mark(reminder)
    assert await stage.fill(await stage.press(reminder, "Later"), until="2026-12-15") is reminder
    assert stage.mark(reminder) == mark
    assert await stage.kinds() == ["attempt", "snoozed"]


async def test_buttons_and_forms_work_months_later_after_a_restart(kept_stage: Stage) -> None:
    answer = await kept_stage.say(ADD_EMAILED_DANA)
    kept_stage.clock.move(kept_stage.clock.now().replace(year=2027, month=9))
    await kept_stage.restart()
    form = await kept_stage.press(answer, "Add someone")
    await kept_stage.restart()
    await kept_stage.fill(form, contact="Sam", channel="none")
    assert await kept_stage.names() == ["Dana", "Sam"]


async def test_a_stale_press_shows_how_things_stand_and_changes_nothing(stage: Stage) -> None:
    await stage.say(ADD_EMAILED_DANA)
    brake = deepcopy(await stage.say("log Dana channel: email"))
    await stage.say("reply Dana kind: answer")
    shown = await stage.press(brake, "Log it anyway")
    assert "Dana" in shown.said
    assert "Wanting to try again" not in shown.said
    assert await stage.kinds() == ["attempt", "reply_received"]


async def test_pressing_twice_has_one_effect_and_one_sensible_answer(stage: Stage) -> None:
    await stage.say(ADD_EMAILED_DANA)
    brake = deepcopy(await stage.say("log Dana channel: email"))
    for _ in range(2):
        assert await stage.press(brake, "Log it anyway")
    assert await stage.kinds() == ["attempt", "attempt"]
    assert "went wrong" not in stage.ada.sees


async def test_a_form_is_answered_in_place_of_the_card_that_opened_it(any_stage: Stage) -> None:
    board = await any_stage.say("board")
    answer = await any_stage.fill(await any_stage.press(board, "Add someone"), contact="Dana", channel="email")
    assert answer is board
    assert answer.said.startswith("Dana is on your board.")
    assert any_stage.form() is None
    assert any_stage.inbox() == []
    assert "Dana" not in any_stage.lee.sees


async def test_what_is_wrong_with_a_form_is_said_with_all_that_was_typed(stage: Stage) -> None:
    form = await stage.press(await stage.say("board"), "Add someone")
    wrong = await stage.fill(form, contact="Dana", channel="email", via="dana", company="Acme")
    assert await stage.names() == []
    await stage.fill(await stage.corrected(wrong), via="Sam")
    book = await stage.book()
    assert book is not None
    assert [(contact.name, contact.company) for contact in book.contacts] == [("Sam", ""), ("Dana", "Acme")]


async def test_a_form_whose_contact_was_erased_meanwhile_changes_nothing_and_says_so(stage: Stage) -> None:
    card = await stage.say(ADD_UNCONTACTED_DANA)
    form = await stage.press(card, "I reached out")
    await stage.press(await stage.say("forget Dana"), "Erase Dana")
    answer = await stage.fill(form, channel="phone")
    assert answer.said == "I can't find that any more. It may be done already, or gone."
    assert await stage.names() == []


async def test_a_message_becomes_the_note_of_an_outreach(any_stage: Stage) -> None:
    note = "They like <b> & jazz, see https://example.org/jazz"
    await any_stage.say(ADD_UNCONTACTED_DANA)
    form = await any_stage.log_message(note)
    answer = await any_stage.fill(form, contact="Dana", channel="phone")
    assert answer.said.startswith("Noted: call to Dana")
    assert answer in [*any_stage.private(), *any_stage.inbox()]
    book = await any_stage.book()
    assert book is not None
    assert book.contacts[0].entries[-1].note == note


async def test_plain_words_show_a_contact_and_change_nothing(stage: Stage) -> None:
    await stage.say(ADD_EMAILED_DANA)
    answer = await stage.write("what about Dana, I wonder?")
    assert answer.said.startswith("It's Dana's turn")
    assert "They wrote" in stage.labels(answer)
    assert await stage.kinds() == ["attempt"]


async def test_plain_words_that_would_change_something_are_asked_back_and_done_at_the_press(any_stage: Stage) -> None:
    asked = await any_stage.write("add Lee channel: email")
    assert "Shall I do that?" in asked.said
    assert await any_stage.names() == []
    assert await any_stage.press(asked, "Yes, please") is asked
    assert asked.said.startswith("Lee is on your board.")


async def test_plain_words_to_which_something_lacks_lead_to_a_form(stage: Stage) -> None:
    asked = await stage.write("add")
    form = await stage.press(asked, "Open the form")
    assert await stage.fill(form, contact="Sam", channel="none") is asked
    assert asked.said.startswith("Sam is on your board.")


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31m",
        "add " + "x" * 3_900,
        "Dana " + "x" * 3_990,
        "{0} %s {name}",
        "log",
        '"',
        "add Dana channel: fax",
        "🙂",
    ],
    ids=range(8),
)
async def test_whatever_is_written_is_answered(stage: Stage, text: str) -> None:
    await stage.say(ADD_EMAILED_DANA)
    answer = await stage.write(text)
    assert answer.said
    assert "went wrong" not in answer.said
    assert await stage.kinds() == ["attempt"]


@pytest.mark.parametrize("typed", ["/outreach log Dana", "/outreach log Dana when: blah", "/outreach edit Dana"])
async def test_hidden_names_are_hidden_where_a_form_is_offered(stage: Stage, typed: str) -> None:
    await stage.say(ADD_UNCONTACTED_DANA)
    await stage.say("settings names: no")
    assert "Dana" not in stage.notification(await stage.write(typed))


async def test_hidden_names_are_hidden_where_a_phone_shows_a_reminder(stage: Stage) -> None:
    await stage.say("settings names: no")
    await stage.say(ADD_EMAILED_DANA)
    reminder = await stage.reminded()
    assert "Dana" not in stage.notification(reminder)
    assert "Dana" in reminder.said


async def test_a_command_of_before_does_not_bring_back_what_was_forgotten(stage: Stage) -> None:
    await stage.say(ADD_EMAILED_DANA)
    save, erased = stage.store.save, []

    async def overtaken(book):  # type: ignore[no-untyped-def]
        if not erased:
            erased.append(await stage.store.erase(book.owner))
        return await save(book)

    stage.store.save = overtaken
    assert "nothing was changed" in (await stage.say("add Lee")).said
    assert await stage.book() is None
