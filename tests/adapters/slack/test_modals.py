"""Forms: opened, filled in, sent back with what is wrong, and answered where they came from."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.model import Plan
from tests.adapters.slack.workspace import ADD_EMAILED_DANA, ADD_UNCONTACTED_DANA, SlackWorkspace, last_message
from tests.fakes_slack import SlackView, payloads
from tests.fakes_slack.state import Json

TOO_LONG_NOTE = "n" * 5000


def open_modal(club: SlackWorkspace) -> SlackView:
    assert club.ada.view is not None
    return club.ada.view


async def form_of_command(club: SlackWorkspace, line: str) -> SlackView:
    """The form that a slash command opens."""
    await club.ada.command("/outreach", line)
    await club.idle()
    return open_modal(club)


async def submit_unchecked(club: SlackWorkspace, view: SlackView, metadata: str | None = None, **typed: Any) -> Json:
    """Submit as a client that checks nothing; the acknowledgement."""
    view.typed |= typed
    payload = payloads.view_submission_payload(club.slack.world, club.ada.user, view)
    if metadata is not None:
        payload["view"]["private_metadata"] = metadata
    ack = await club.slack.deliver("interactive", payload)
    await club.idle()
    return ack.payload


async def test_a_form_is_opened_filled_in_and_answered_to_its_author_alone(either: SlackWorkspace) -> None:
    await form_of_command(either, "add")
    ack = await either.ada.submit(contact="Dana", channel="email")
    await either.idle()
    assert ack.payload == {}
    assert either.ada.view is None
    [answer] = either.ada.ephemerals
    assert answer.said.startswith("Dana is on your board.")
    assert either.ada.received == []
    assert either.lee.sees == ""


async def test_what_is_wrong_stands_beside_the_field_and_all_that_was_typed_stays(club: SlackWorkspace) -> None:
    view = await form_of_command(club, "add")
    ack = await club.ada.submit(contact="Dana", channel="email", via="dana", company="Acme")
    assert ack.action == "errors"
    assert ack.errors == {"via": "“dana” can't be their own introducer. Please name somebody else, or nobody."}
    assert view.typed == {"contact": "Dana", "channel": "email", "via": "dana", "company": "Acme"}
    await club.ada.submit(via="Sam")
    await club.idle()
    assert await club.names() == ["Sam", "Dana"]


async def test_what_is_wrong_with_something_that_the_form_does_not_ask_is_asked_in_another_form(
    club: SlackWorkspace,
) -> None:
    view = await form_of_command(club, f"add Dana channel: fax role: {'x' * 200}")
    assert "channel" not in {block.get("block_id") for block in view.blocks}
    ack = await club.ada.submit(role="director")
    assert ack.action == "update"
    assert "not one of the choices" in view.said
    await club.ada.submit(channel="email")
    await club.idle()
    book = await club.book()
    assert book is not None
    assert [(contact.name, contact.role, len(contact.entries)) for contact in book.contacts] == [
        ("Dana", "director", 1)
    ]


async def test_a_note_of_5000_characters_gets_an_error_beside_its_field_and_is_kept(club: SlackWorkspace) -> None:
    await club.says(ADD_UNCONTACTED_DANA)
    view = await form_of_command(club, "log")
    ack = await submit_unchecked(club, view, contact="Dana", channel="phone", note=TOO_LONG_NOTE)
    assert ack["response_action"] == "errors"
    assert ack["errors"] == {"note": "That is longer than I can keep. Please shorten it."}
    assert view.typed["note"] == TOO_LONG_NOTE
    assert await club.kinds() == []
    await club.ada.submit(note="short")
    await club.idle()
    assert await club.kinds() == ["attempt"]


@pytest.mark.parametrize(
    "metadata",
    ["", "no json", "[]", "7", '"x"', "null", "[" * 100_000, '{"fixed": 3}', '{"fixed": [["a"]], "reply": ""}'],
    ids=range(9),
)
async def test_metadata_that_is_not_ours_is_answered_and_changes_nothing(club: SlackWorkspace, metadata: str) -> None:
    view = await form_of_command(club, "add")
    await submit_unchecked(club, view, metadata, contact="Dana", channel="email")
    assert await club.names() == []
    assert last_message(club.ada).said == "I can't find that any more. It may be done already, or gone."


@pytest.mark.parametrize("command", ["nothing", "forget", "__class__", "add; drop", "x" * 5000])
async def test_metadata_with_a_forged_command_is_answered_and_changes_nothing(
    club: SlackWorkspace, command: str
) -> None:
    await club.says(ADD_UNCONTACTED_DANA)
    view = await form_of_command(club, "add")
    forged = json.dumps({"command": command, "fixed": [], "reply": "", "key": "", "replaces": False})
    await submit_unchecked(club, view, forged, contact="Dana", channel="email")
    assert await club.names() == ["Dana"]
    assert "went wrong" not in club.ada.sees
    assert club.ada.received


async def test_another_members_draft_is_not_found(club: SlackWorkspace) -> None:
    await club.says("log Zed channel: email note: a secret of hers", club.lee)
    book = await club.book("U0LEE")
    assert book is not None
    view = await form_of_command(club, "add")
    fixed = [["draft", book.drafts[0].id]]
    forged = json.dumps({"command": "resume", "fixed": fixed, "reply": "", "key": "", "replaces": False})
    await submit_unchecked(club, view, forged)
    forged = json.dumps({"command": "log", "fixed": fixed, "reply": "", "key": "", "replaces": False})
    await submit_unchecked(club, view, forged)
    assert "secret" not in club.ada.sees
    assert await club.names() == []


async def test_the_kind_brake_takes_the_place_of_the_form_and_leads_through_a_second_one(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    view = await form_of_command(club, "log")
    ack = await club.ada.submit(contact="Dana", channel="email", note="my own words")
    assert ack.action == "update"
    assert "Wanting to try again makes sense." in view.said
    await club.ada.press(view, "There is real news")
    await club.idle()
    assert club.ada.stack == [view], "in the same modal"
    await club.ada.submit(reason="they opened an office here")
    await club.idle()
    assert club.ada.view is None
    book = await club.book()
    assert book is not None
    assert [(entry.note, entry.news) for entry in book.contacts[0].entries[1:]] == [  # type: ignore[union-attr]
        ("my own words", "they opened an office here")
    ]
    assert last_message(club.ada).said.startswith("Noted: e-mail to Dana")
    assert last_message(club.ada).only_for == "U0ADA"


async def test_a_press_on_a_card_in_a_modal_redraws_the_modal(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    view = await form_of_command(club, "log")
    await club.ada.submit(contact="Dana", channel="email")
    await club.ada.press(view, "Log it anyway")
    await club.idle()
    assert club.ada.stack == [view]
    assert view.said.startswith("Noted: e-mail to Dana")
    assert await club.kinds() == ["attempt", "attempt"]


async def test_a_press_on_a_modal_that_was_closed_meanwhile_is_answered_elsewhere(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    view = await form_of_command(club, "log")
    await club.ada.submit(contact="Dana", channel="email")
    await club.ada.close()
    await club.ada.press(view, "Log it anyway")
    await club.idle()
    assert last_message(club.ada).said.startswith("Noted: e-mail to Dana")
    assert last_message(club.ada).only_for == "U0ADA"


@pytest.mark.parametrize(
    ("day", "hour", "at"),
    [
        ("2026-11-23", "15:30", datetime(2026, 11, 23, 20, 30, tzinfo=UTC)),
        ("2026-11-23", None, None),
        (None, "08:15", datetime(2026, 11, 24, 13, 15, tzinfo=UTC)),
        (None, None, datetime(2026, 11, 24, 15, tzinfo=UTC)),
    ],
)
async def test_pickers_tell_a_moment_of_the_members_own_zone(
    club: SlackWorkspace, day: str | None, hour: str | None, at: datetime | None
) -> None:
    await club.says(ADD_UNCONTACTED_DANA)
    await form_of_command(club, "log")
    ack = await club.ada.submit(given={"contact": "Dana", "channel": "phone", "when": day, "when:time": hour})
    await club.idle()
    assert ack.payload == {}
    book = await club.book()
    assert book is not None
    [entry] = book.contacts[0].entries
    assert entry.at == at if at else entry.at.date().isoformat() == day


async def test_a_call_that_is_planned_with_pickers_is_kept_in_the_members_zone(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await form_of_command(club, "plan")
    await club.ada.submit(given={"contact": "Dana", "when": "2026-12-03", "when:time": "15:00"})
    await club.idle()
    book = await club.book()
    assert book is not None
    [start] = [entry.starts_at for entry in book.contacts[0].entries if isinstance(entry, Plan)]
    assert start == datetime(2026, 12, 3, 20, tzinfo=UTC)


async def test_a_plan_without_its_hour_is_asked_back_beside_the_day(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    view = await form_of_command(club, "plan")
    assert [block.get("optional") for block in view.blocks if block.get("block_id") == "when:time"] == [False]
    ack = await submit_unchecked(club, view, contact="Dana", when="2026-12-03")
    assert list(ack["errors"]) == ["when"]
