"""What people do reaches the real library, and what it answers is what they see."""

from __future__ import annotations

import pytest

from tests.fakes_discord import (
    ADA_USER_ID,
    GUILD_ID,
    LEE_USER_ID,
    DiscordClientRefusal,
    DiscordPerson,
    DiscordUser,
    FakeDiscord,
    copy_discord_message,
    faults,
)
from tests.fakes_discord.tiny import TinyDiscordBot, run_discord_bot_process, run_tiny_discord_bot


async def test_a_slash_command_is_answered_for_its_author_alone(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    seen = await ada.slash("outreach", "add", contact="Dana", via="E-mail", days=3)
    assert seen.said == "Noted: Dana email 3"
    assert seen.ephemeral
    assert seen.buttons == [("Done", "st:done"), ("Form", "st:form")]
    assert ada.window == [seen.message]
    assert fake.person(LEE_USER_ID).window == []
    assert fake.violations == []


async def test_a_thinking_bot_is_waited_for(fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson) -> None:
    seen = await ada.slash("outreach", "slow")
    assert (seen.said, seen.ephemeral, seen.thinking) == ("Thought about it.", True, False)
    pressed = await ada.press(seen, "Done")
    assert pressed.replaced
    assert pressed.said == "It is done."
    assert fake.violations == []


@pytest.mark.parametrize("place", ["guild", "dm", "private"])
async def test_commands_menus_buttons_and_forms_work_everywhere(
    place: str, fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    here = ada.at(place)
    seen = await here.slash("outreach", "add", contact="Dana")
    form = await here.press(seen, "Form")
    assert form.modal is not None
    assert "Who?\nA name\nDana" in form.said
    saved = await here.submit(contact="Kim", via="Call")
    assert saved.said == "Saved: Kim ['call']"
    assert saved.replaced
    assert here.modal is None
    logged = await here.message_menu("Log it", "we met")
    assert logged.said == "Logged: we met"
    submits = [what for name, what in bot.seen if name == "submit"]
    assert submits[0].context.guild == (place == "guild")
    assert fake.violations == []


@pytest.mark.parametrize(
    ("place", "context", "owners"),
    [
        ("guild", 0, {"0": str(GUILD_ID), "1": str(ADA_USER_ID)}),
        ("dm", 1, {"0": "0", "1": str(ADA_USER_ID)}),
        ("private", 2, {"1": str(ADA_USER_ID)}),
    ],
)
async def test_an_interaction_says_where_it_comes_from(
    place: str, context: int, owners: dict[str, str], bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    seen = await ada.at(place).slash("outreach", "add", contact="Dana")
    payload = seen.interaction.payload
    assert (payload["context"], payload["authorizing_integration_owners"]) == (context, owners)
    in_guild = place == "guild"
    assert ["guild_id" in payload, "member" in payload, "user" in payload] == [in_guild, in_guild, not in_guild]
    assert payload["locale"] == "de"
    interaction = bot.seen[0][1]
    assert (interaction.user.id, interaction.channel_id) == (ADA_USER_ID, ada.at(place).channel.id)


async def test_a_form_after_a_command_is_answered_with_a_message_of_its_own(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    await ada.slash("outreach", "form")
    saved = await ada.submit(given={"Who?": "Kim"})
    assert (saved.said, saved.ephemeral, saved.replaced) == ("Saved: Kim ['email']", True, False)


async def test_a_message_to_the_bot_is_answered_in_its_inbox(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    answer = await ada.says("hello")
    assert answer is not None
    assert answer.said == "You wrote: hello"
    seen = await ada.press(answer, "st:later")
    assert (seen.said, seen.replaced, ada.inbox) == ("It is done later.", True, [answer])
    assert fake.violations == []


async def test_autocompletion_offers_choices(fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson) -> None:
    assert await ada.autocomplete("outreach", "add", "contact", "Da") == [{"name": "Da…", "value": "Da"}]


async def test_a_button_of_an_older_state_can_still_be_pressed(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    seen = await ada.slash("outreach", "add", contact="Dana")
    assert seen.message is not None
    older = copy_discord_message(seen.message)
    await ada.press(older, "Done")
    assert seen.message.buttons == []
    again = await ada.press(older, "Done")
    assert again.replaced


async def test_nobody_presses_what_they_do_not_see(fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson) -> None:
    seen = await ada.slash("outreach", "add", contact="Dana")
    with pytest.raises(DiscordClientRefusal, match="does not see"):
        await fake.person(LEE_USER_ID).press(seen, "Done")


@pytest.mark.parametrize(
    ("command", "given", "why"),
    [
        ("nothing", {}, "no 'nothing'"),
        ("add", {}, "needs"),
        ("add", {"contact": "Dana", "via": "pigeon"}, "no choice"),
        ("add", {"contact": "Dana", "days": "3"}, "type"),
        ("add", {"contact": "Dana", "colour": "red"}, "no option"),
        ("", {}, "sub-command"),
    ],
)
async def test_the_client_does_not_send_what_it_would_not_offer(
    command: str, given: dict[str, object], why: str, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    with pytest.raises(DiscordClientRefusal, match=why):
        await ada.slash("outreach", command, given)


async def test_a_command_that_is_not_synced_is_not_there(fake: FakeDiscord, ada: DiscordPerson) -> None:
    with pytest.raises(DiscordClientRefusal, match="no command"):
        await ada.slash("outreach", "add", contact="Dana")


async def test_a_bot_that_stays_silent_is_seen_to_have_failed(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    bot.deaf = True
    fake.patience = 0.1
    seen = await ada.slash("outreach", "add", contact="Dana")
    assert (seen.failed, seen.said) == (True, "The application did not respond")


async def test_a_form_outlives_the_bot(fake: FakeDiscord, ada: DiscordPerson) -> None:
    async with run_tiny_discord_bot(fake):
        await ada.slash("outreach", "form")
    async with run_tiny_discord_bot(fake):
        saved = await ada.submit(contact="Kim")
    assert saved.said == "Saved: Kim ['email']"


async def test_a_bot_in_a_process_of_its_own_can_be_killed_and_started_again(
    fake: FakeDiscord, ada: DiscordPerson
) -> None:
    async with run_discord_bot_process(fake):
        await fake.connected(within=10)
        seen = await ada.slash("outreach", "add", contact="Dana")
        fake.fail(faults.CREATE_MESSAGE, with_=faults.hang(), stored=True)
        await ada.says("hello")  # killed after the answer was stored, before the bot hears of it
    await fake.until(lambda: not fake.gateway.open)
    async with run_discord_bot_process(fake):
        await fake.connected(within=10)
        pressed = await ada.press(seen, "Done")
    assert pressed.said == "It is done."
    assert [one.said for one in ada.inbox] == ["You wrote: hello"]
    assert len(fake.identifies) == 2
    assert fake.violations == []


async def test_all_that_is_seen_can_be_searched(fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson) -> None:
    seen = await ada.slash("outreach", "add", contact="needle")
    await ada.press(seen, "Done")
    assert ada.sees == "It is done."
    assert "needle" in str(fake.texts()[ada.user.id])
    assert LEE_USER_ID not in fake.texts()


async def test_people_of_ones_own_can_be_invited() -> None:
    async with (
        FakeDiscord(users=[DiscordUser(5, "kim", locale="fr", installed=False)]) as fake,
        run_tiny_discord_bot(fake) as bot,
    ):
        await fake.person(5).slash("outreach", "add", contact="Dana")
        with pytest.raises(DiscordClientRefusal, match="has the app for themselves"):
            await fake.person(5, "private").slash("outreach", "add", contact="Dana")
        assert fake.invite(DiscordUser(6, "may")).window == []
        interaction = bot.seen[0][1]
        assert (interaction.user.id, interaction.locale.value, interaction.user.name) == (5, "fr", "kim")
