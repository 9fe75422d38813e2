"""What people do reaches the real library, and what it answers is what they see."""

from __future__ import annotations

import pytest

from tests.fakes_discord import LEE_USER_ID, DiscordClientRefusal, DiscordPerson, FakeDiscord, copy_discord_message
from tests.fakes_discord.tiny import TinyDiscordBot


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
    assert (submits[0].locale.value, submits[0].channel_id) == ("de", here.channel.id)
    assert fake.violations == []


async def test_a_message_to_the_bot_is_answered_in_its_inbox(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    answer = await ada.says("hello")
    assert answer is not None
    assert answer.said == "You wrote: hello"
    older = copy_discord_message(answer)
    seen = await ada.press(answer, "st:later")
    assert (seen.said, seen.replaced, ada.inbox) == ("It is done later.", True, [answer])
    assert (await ada.press(older, "Done")).replaced  # a button of an older state can still be pressed
    assert answer.said == "It is done."
    assert fake.violations == []


async def test_nobody_presses_what_they_do_not_see(fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson) -> None:
    seen = await ada.slash("outreach", "add", contact="Dana")
    with pytest.raises(DiscordClientRefusal, match="does not see"):
        await fake.person(LEE_USER_ID).press(seen, "Done")


async def test_a_bot_that_stays_silent_is_seen_to_have_failed(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    bot.deaf = True
    fake.patience = 0.1
    seen = await ada.slash("outreach", "add", contact="Dana")
    assert (seen.failed, seen.said) == (True, "The application did not respond")


async def test_all_that_is_seen_can_be_searched(fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson) -> None:
    seen = await ada.slash("outreach", "add", contact="needle")
    await ada.press(seen, "Done")
    assert ada.sees == "It is done."
    assert "needle" in str(fake.texts()[ada.user.id])
    assert LEE_USER_ID not in fake.texts()
