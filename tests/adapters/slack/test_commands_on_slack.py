"""What members type: slash commands, and plain words in a direct message."""

from __future__ import annotations

import pytest

from tests.adapters.slack.workspace import ADD_EMAILED_DANA, SlackWorkspace


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
