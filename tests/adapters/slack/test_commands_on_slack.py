"""What members type: slash commands, and plain words in a direct message."""

from __future__ import annotations

import pytest

from tests.adapters.slack.workspace import ADD_EMAILED_DANA, SlackWorkspace, last_message
from tests.fakes_slack import visible_block_text

TYPED_HOSTILE_NAMES = (
    "<!channel>",
    "*bold*",
    "<http://evil|bank>",
    "@everyone",
    ":tada:",
    "~_`x`_~",
    "&lt;!here&gt;",
    "<@U0LEE>",
)


async def test_a_slash_command_is_answered_in_its_acknowledgement_to_its_author_alone(either: SlackWorkspace) -> None:
    ack = await either.ada.command("/outreach", ADD_EMAILED_DANA)
    assert ack.text.startswith("Dana is on your board.")
    assert ack.payload["response_type"] == "ephemeral"
    await either.idle()
    assert either.lee.sees == ""
    assert either.ada.received == []
    assert [call.method for call in either.slack.calls if call.method.startswith("chat")] == []
    assert await either.names() == ["Dana"]


async def test_a_slash_command_without_words_shows_the_welcome_and_later_the_board(club: SlackWorkspace) -> None:
    assert "Waiting to hear back is hard" in (await club.says("")).said
    await club.says(ADD_EMAILED_DANA)
    assert "Dana until" in (await club.says("")).said


@pytest.mark.parametrize("text", ["", "join", "mirror", "ask about: the work of a nurse"])
async def test_the_club_root_says_that_nothing_is_set_up_yet(club: SlackWorkspace, text: str) -> None:
    ack = await club.ada.command("/club", text)
    assert ack.text.startswith("Your club isn't set up yet.")


@pytest.mark.parametrize("text", ["board", "add Dana channel: email", "frobnicate"])
async def test_what_is_the_boards_is_not_under_the_club(club: SlackWorkspace, text: str) -> None:
    ack = await club.ada.command("/club", text)
    assert ack.text.startswith(f"I don't know “{text.split()[0]}”.")
    assert await club.names() == []


async def test_an_unknown_word_gets_help_and_the_nearest_command(club: SlackWorkspace) -> None:
    assert (await club.says("ad Dana")).said.startswith("I don't know “ad”. Did you mean “add”?")
    assert (await club.says("frobnicate")).said.startswith("I don't know “frobnicate”.")


@pytest.mark.parametrize("name", TYPED_HOSTILE_NAMES)
async def test_a_contact_is_shown_literally_wherever_it_is_named(club: SlackWorkspace, name: str) -> None:
    ack = await club.ada.command("/outreach", f'add "{name}" channel: email when: yesterday')
    await club.idle()
    assert last_message(club.ada).said.startswith(f"{name} is on your board.")
    assert ack.text.count("<") == 0
    await club.ada.write("board")
    await club.idle()
    assert name in club.ada.received[-1].said
    await club.ada.open_home()
    await club.idle()
    assert club.ada.home is not None
    assert name in club.ada.home.said
    await club.ada.press(club.ada.home, "I reached out")
    await club.idle()
    assert club.ada.view is not None
    [options] = [block["element"]["options"] for block in club.ada.view.blocks if block.get("block_id") == "contact"]
    assert options[0]["text"] == {"type": "plain_text", "text": name, "emoji": False}
    club.ada.stack.clear()
    reminder = await club.reminded()
    assert name in reminder.said
    assert name in visible_block_text(reminder.text), "in the notification"
    await club.ada.press(reminder, "Later")
    await club.idle()
    assert club.ada.view is not None
    assert f"About {name}." in club.ada.view.said
    assert await club.names() == [name]


async def test_a_note_of_5000_characters_is_asked_back_in_a_form_that_keeps_what_fits(club: SlackWorkspace) -> None:
    await club.says("add Dana channel: none")
    note = "n" * 5000
    await club.ada.command("/outreach", f"log Dana channel: phone note: {note}")
    await club.idle()
    view = club.ada.view
    assert view is not None
    assert "That is longer than I can keep. Please shorten it." in view.said
    [kept] = [block["element"] for block in view.blocks if block.get("block_id") == "note"]
    assert kept["initial_value"] == note[:3000]
    assert await club.kinds() == []
    await club.ada.submit(note="short")
    await club.idle()
    assert await club.kinds() == ["attempt"]


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x1b[31m",
        "add " + "x" * 11_000,
        "{0} %s {name}",
        "log",
        '"',
        "add Dana channel: fax",
        "\u202eadd Dana",
        "🙂",
    ],
)
async def test_whatever_is_typed_is_answered(club: SlackWorkspace, text: str) -> None:
    ack = await club.ada.command("/outreach", text)
    await club.idle()
    assert ack.text or club.ada.view
    assert "went wrong" not in club.ada.sees


async def test_a_link_that_slack_makes_of_an_address_is_taken_as_it_was_typed(club: SlackWorkspace) -> None:
    await club.ada.write("/outreach add Dana channel: email email: dana@example.org")
    await club.idle()
    book = await club.book()
    assert book is not None
    assert [contact.email for contact in book.contacts] == ["dana@example.org"]


async def test_plain_words_show_a_contact_and_change_nothing(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    before = (await club.book()).contacts  # type: ignore[union-attr]
    await club.ada.write("what about Dana, I wonder?")
    await club.idle()
    assert club.ada.received[-1].said.startswith("It's Dana's turn")
    assert (await club.book()).contacts == before  # type: ignore[union-attr]


async def test_plain_words_that_would_change_something_are_asked_back_and_done_at_the_press(
    either: SlackWorkspace,
) -> None:
    await either.ada.write("add Lee channel: email")
    await either.idle()
    [asked] = either.ada.received
    assert "Shall I do that?" in asked.said
    assert await either.names() == []
    await either.ada.press(asked, "Yes, please")
    await either.idle()
    [answer] = either.ada.received
    assert answer.said.startswith("Lee is on your board.")
    assert await either.names() == ["Lee"]


async def test_a_question_to_plain_words_comes_as_a_card_whose_button_opens_the_form(club: SlackWorkspace) -> None:
    await club.ada.write("add")
    await club.idle()
    [asked] = club.ada.received
    await club.ada.press(asked, "Open the form")
    await club.idle()
    await club.ada.submit(contact="Sam", channel="none")
    await club.idle()
    assert await club.names() == ["Sam"]
    [answer] = club.ada.received
    assert answer.said.startswith("Sam is on your board."), "in place of the card that the form came from"
