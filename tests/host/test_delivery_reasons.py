"""Why nothing arrives: what Slack said is shown to the host by the real program, for a reminder and for a post."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.domain.messages import Card
from bot.domain.model import Actor, Address, ClubKey
from tests.adapters.slack.workspace import SLACK_TEAM_ID, SlackWorkspace
from tests.fakes_slack import faults

ROOT_FOLDER = Path(__file__).parents[2]
ADA_IN_CLUB = Actor(
    Address("slack", "U0ADA", SLACK_TEAM_ID), club=ClubKey("slack", SLACK_TEAM_ID), may_set_up_club=True
)
SETUP_LINE = "/club setup channel: <#C0CLUB> day: tuesday hour: 18:00 zone: Europe/Berlin"


async def run_deliveries_without_bot(workspace: SlackWorkspace, folder: Path) -> str:
    """What the host reads after the bot was stopped."""
    await workspace.bot.stop()
    await workspace.store.close()
    environment = {"PYTHONPATH": str(ROOT_FOLDER), "PATH": "", "STALEMATE_STORE": f"tinydb:{folder}"}
    command = [sys.executable, "-m", "bot", "deliveries"]
    shown = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)  # noqa: ASYNC221
    return shown.stdout


async def say(workspace: SlackWorkspace, *lines: str) -> Card:
    for line in lines:
        response = await workspace.core.handle_command(ADA_IN_CLUB, line, workspace.clock.now())
    assert isinstance(response, Card)
    return response


async def introduce_club(workspace: SlackWorkspace) -> None:
    workspace.slack.room("C0CLUB", "jobclub", "U0ADA")
    workspace.rooms = {"C0CLUB"}
    card = await say(workspace, SETUP_LINE)
    [introduce] = [button for button in card.buttons if button.label == "Post the introduction"]
    await workspace.core.handle_button(ADA_IN_CLUB, introduce.line, workspace.clock.now())


async def test_a_missing_scope_is_shown_to_the_host(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    workspace = await SlackWorkspace.open(http=True, leaping=True, folder=folder)
    try:
        await say(workspace, "settings basket: never patience: no", "add Dana channel: email")
        workspace.slack.fail("chat.postMessage", with_=faults.error("missing_scope"), times=None)
        await introduce_club(workspace)
        await workspace.wait(days=15)
        shown = await run_deliveries_without_bot(workspace, folder)
    finally:
        await workspace.slack.__aexit__(None, None, None)
    assert "  why: missing_scope (" in shown
    given_up = [line for line in shown.splitlines() if "tried 8 times; why: missing_scope" in line]
    assert any("slack, member " in line and "may follow up" in line for line in given_up)
    assert any("slack, club " in line and "post in the channel" in line for line in given_up)
    assert "Dana" not in shown


async def test_a_channel_that_refuses_posts_is_shown_with_slacks_own_word(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    workspace = await SlackWorkspace.open(http=True, leaping=True, folder=folder)
    try:
        await say(workspace, "settings basket: never patience: no")
        workspace.slack.fail("chat.postMessage", with_=faults.error("restricted_action_read_only_channel"))
        await introduce_club(workspace)
        await workspace.wait(minutes=5)
        shown = await run_deliveries_without_bot(workspace, folder)
    finally:
        await workspace.slack.__aexit__(None, None, None)
    assert "1 club's channel takes no posts (the facilitator was told)" in shown
    assert "  why: restricted_action_read_only_channel (1)" in shown
