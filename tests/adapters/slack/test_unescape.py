"""People and channels in what is typed: ids where a command takes them, words everywhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.slack import inbound, unescape
from bot.commands.parser import peek
from bot.domain.messages import Form, Input
from tests.adapters.slack.workspace import SlackWorkspace, last_message
from tests.fakes_slack.forms import SlackClientRefusal
from tests.platforms.stub_service import PRIVATE_TEXT, StubService, serve_stub

UNESCAPE_CHANNEL_ID = "C0CLUB"
PICKER_FORM = Form(
    "Set up",
    "setup",
    (Input("who", "Who?", "person", required=True), Input("where", "Where?", "channel", required=True)),
)


def find_test_name(user: str) -> str:
    return {"U0LEE": "Lee & co", "U0EVIL": "<!here> &lt;"}.get(user, "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("standin <@U0LEE|lee> until: friday", "/club standin <@U0LEE> until: friday"),
        ("standin who: <@U0LEE>", "/club standin who: <@U0LEE>"),
        ("standin <@W0LEE|>", "/club standin <@W0LEE>"),
        ("STANDIN\n<@U0LEE|lee>", "/club STANDIN\n<@U0LEE>"),
        ("setup room: <#C0CLUB|jobclub>", "/club setup room: <#C0CLUB>"),
        ("setup <#G0OLD|>", "/club setup <#G0OLD>"),
        ("unheard <@U0LEE|lee>", "/club unheard <@U0LEE>"),
        ("<@U0LEE|lee>", "/club <@U0LEE>"),
        ("", "/club"),
        ("win thanks to <@U0LEE|lee> in <#C0CLUB|jobclub>", "/club win thanks to @lee in #jobclub"),
        ("win thanks to <@U0LEE>", "/club win thanks to @Lee & co"),
        ("win thanks to <@U0GONE>", "/club win thanks to <@U0GONE>"),
        ("win <!here> and <!channel|channel>, <!subteam^S1|@team>", "/club win @here and @channel, @team"),
        (
            "win <https://a.example/?a=b&amp;c> <https://a.example|a.example>",
            "/club win https://a.example/?a=b&c a.example",
        ),
        ("win 1 &lt; 2 &amp;&amp; <mailto:a@b.example|a@b.example>", "/club win 1 < 2 && a@b.example"),
    ],
)
def test_a_command_of_the_club_gets_ids_where_it_takes_them(text: str, line: str) -> None:
    assert inbound.parse_slash_command({"command": "/club", "text": text}, find_test_name) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("add @lee channel: email", "/outreach add @lee channel: email"),
        ("add <@U0LEE|lee> channel: email", "/outreach add @lee channel: email"),
        ("add <@U0LEE> channel: email", "/outreach add @Lee & co channel: email"),
        ("add <@U0EVIL>", "/outreach add @<!here> &lt;"),
        ("add <@U0GONE>", "/outreach add <@U0GONE>"),
        ("add Dana note: from <#C0CLUB|jobclub>", "/outreach add Dana note: from #jobclub"),
        ("add Dana note: from <#C0CLUB|>", "/outreach add Dana note: from <#C0CLUB>"),
        ("add &lt;@U0LEE&gt;", "/outreach add <@U0LEE>"),
        ("standin <@U0LEE|lee>", "/outreach standin @lee"),
        ("add <3 & <b> <@u0lee> <@>", "/outreach add <3 & <b> <@u0lee> <@>"),
    ],
)
def test_elsewhere_a_mention_is_the_name_that_was_typed(text: str, line: str) -> None:
    assert inbound.parse_slash_command({"command": "/outreach", "text": text}, find_test_name) == line


@pytest.mark.parametrize("text", [None, 7, ["x"], {}])
def test_what_is_no_text_is_nothing(text: object) -> None:
    assert inbound.parse_slash_command({"command": "/club", "text": text}) == "/club"
    assert unescape.unescape_slack_text(text) == ""


@pytest.mark.parametrize(
    ("line", "club"),
    [
        ("/club", True),
        ("/club anything", True),
        ("club setup", True),
        ("setup room: <#C0CLUB>", True),
        ("win", True),
        ("/outreach setup", False),
        ("/outreach board", False),
        ("board", False),
        ("", False),
        ("clubs", False),
    ],
)
def test_what_is_the_clubs_is_known_by_its_first_word(line: str, club: bool) -> None:
    assert peek(line).needs_role is club


async def core_input_of(club: SlackWorkspace, stub: StubService, text: str, root: str = "/club") -> str:
    await club.ada.command(root, text)
    await club.idle()
    return stub.command


async def test_slack_tells_the_club_ids_as_the_manifest_asks(club: SlackWorkspace) -> None:
    club.slack.room(UNESCAPE_CHANNEL_ID, "jobclub", "U0ADA")
    club.slack.room("C0QUIET", "quiet", "U0ADA", private=True)
    stub = serve_stub(club)
    assert await core_input_of(club, stub, "standin @lee until: friday") == "/club standin <@U0LEE> until: friday"
    assert await core_input_of(club, stub, "setup #jobclub") == "/club setup <#C0CLUB>"
    assert await core_input_of(club, stub, "setup #quiet") == "/club setup <#C0QUIET>"
    assert (
        await core_input_of(club, stub, "win thanks @lee & @here, see #jobclub")
        == "/club win thanks @lee & @here, see #jobclub"
    )
    assert await core_input_of(club, stub, "standin @nobody") == "/club standin @nobody"
    assert (
        await core_input_of(club, stub, "add @lee channel: email", "/outreach") == "/outreach add @lee channel: email"
    )


async def test_a_contact_typed_as_a_mention_has_a_name(club: SlackWorkspace) -> None:
    await club.says("add @lee channel: email")
    assert await club.names() == ["@lee"]
    assert "@lee" in (await club.says("show @lee")).said


async def test_a_mention_in_a_direct_message_is_a_name_that_is_known(club: SlackWorkspace) -> None:
    stub = serve_stub(club)
    await club.ada.write("hello")
    await club.lee.write("hello")
    payload = {"type": "message", "channel_type": "im", "user": "U0ADA", "ts": "1.2", "channel": club.ada.dm}
    for text, words in (("show <@U0LEE>", "show @lee"), ("show <@U0FAR>", "show <@U0FAR>")):
        await club.ada.event({**payload, "text": text})
        await club.idle()
        assert stub.command == words
    assert [call.arguments["user"] for call in club.slack.called("users.info")] == ["U0ADA", "U0LEE"]


async def test_people_and_channels_are_picked_in_a_form_and_come_as_mentions(club: SlackWorkspace) -> None:
    club.slack.room(UNESCAPE_CHANNEL_ID, "jobclub", "U0ADA", private=True)
    stub = serve_stub(club, PICKER_FORM)
    await core_input_of(club, stub, "setup")
    await club.ada.submit(who="U0LEE", where=UNESCAPE_CHANNEL_ID)
    await club.idle()
    assert (stub.command, stub.values) == ("setup", {"who": "<@U0LEE>", "where": "<#C0CLUB>"})
    assert last_message(club.ada).said == PRIVATE_TEXT


async def test_what_stands_in_the_pickers_comes_back_unchanged(club: SlackWorkspace) -> None:
    club.slack.room(UNESCAPE_CHANNEL_ID, "jobclub", "U0ADA")
    who, where = PICKER_FORM.inputs
    filled = (replace(who, value="<@U0LEE|lee>"), replace(where, value="<#C0CLUB|jobclub>"))
    stub = serve_stub(club, replace(PICKER_FORM, inputs=filled))
    await core_input_of(club, stub, "setup")
    await club.ada.submit()
    await club.idle()
    assert (stub.command, stub.values) == ("setup", {"who": "<@U0LEE>", "where": "<#C0CLUB>"})


async def test_a_wrong_answer_is_asked_again_with_the_picker_and_what_is_wrong(club: SlackWorkspace) -> None:
    club.slack.room(UNESCAPE_CHANNEL_ID, "jobclub", "U0ADA")
    who, where = PICKER_FORM.inputs
    wrong = replace(PICKER_FORM, inputs=(replace(who, value="lee", error="Choose somebody."), where))
    stub = serve_stub(club, wrong, wrong)
    await core_input_of(club, stub, "setup who: lee")
    view = club.ada.view
    assert view is not None
    assert "Choose somebody." in view.said
    ack = await club.ada.submit(who="U0ADA", where=UNESCAPE_CHANNEL_ID)
    assert ack.errors == {"who": "Choose somebody."}
    await club.ada.submit(who="U0LEE")
    await club.idle()
    assert (stub.command, stub.values) == ("setup", {"who": "<@U0LEE>", "where": "<#C0CLUB>"})


async def test_a_private_channel_of_others_a_direct_message_and_who_left_cannot_be_picked(club: SlackWorkspace) -> None:
    club.slack.room(UNESCAPE_CHANNEL_ID, "jobclub", "U0LEE", private=True)
    club.slack.world.users["U0LEE"].deleted = True
    await core_input_of(club, serve_stub(club, PICKER_FORM), "setup")
    for who, where in (
        ("U0ADA", UNESCAPE_CHANNEL_ID),
        ("U0ADA", club.ada.dm),
        ("U0LEE", "C0GENERAL"),
        ("U0NOBODY", "C0GENERAL"),
    ):
        with pytest.raises(SlackClientRefusal):
            await club.ada.submit(who=who, where=where)
