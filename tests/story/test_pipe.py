"""The story typed into a real process, with other names and other days; and what happens when it is killed.

Each starts a process or more, which takes a second each; those with the whole story have it begin anew for each kill.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.faults.figures import trial_count
from tests.story.driver import PROCESS_SECONDS, InProcessConsole, PipedConsole, parse_json_line, start_console_process
from tests.story.script import StoryCast, StoryPlayer, play_story

OTHER_CAST = StoryCast(
    quiet="Ngozi Okafor-Müller",
    company="Blåbär & Söhne",
    introducer="O'Brien",
    answered="Ζωή",
    fresh="李 明",
    first=date(2027, 3, 1),
    zone="America/Sao_Paulo",
)
PIPE_KILL_AFTER_STEPS = trial_count("KILL_AFTER", 8)  # 1 kills after every step and takes a minute
SPRING_CAST = replace(OTHER_CAST, first=date(2027, 3, 9), zone="America/Denver")  # their clocks go forward on day 5


async def play_in_this_process(who: StoryCast) -> StoryPlayer:
    story = StoryPlayer(await InProcessConsole.open("memory:", who.zone, who.start), who)
    await play_story(story)
    await story.console.close()
    return story


async def test_a_pipe_hears_the_same_story(tmp_path: Path) -> None:
    story = StoryPlayer(await PipedConsole.open(f"tinydb:{tmp_path}", OTHER_CAST.zone, OTHER_CAST.start), OTHER_CAST)
    await play_story(story)
    await story.console.close()
    assert story.messages == (await play_in_this_process(OTHER_CAST)).messages


async def test_kill_9_between_two_steps_changes_no_word_of_it(tmp_path: Path) -> None:
    story = StoryPlayer(
        await PipedConsole.open(f"tinydb:{tmp_path}", SPRING_CAST.zone, SPRING_CAST.start),
        SPRING_CAST,
        PIPE_KILL_AFTER_STEPS,
    )
    await play_story(story)
    await story.console.close()
    assert story.messages == (await play_in_this_process(SPRING_CAST)).messages


async def test_every_message_has_an_id_of_its_own_also_after_a_kill(tmp_path: Path) -> None:
    console = await PipedConsole.open(f"tinydb:{tmp_path}", "Europe/Berlin", "2026-12-01T10:00")
    ids = [one.id for one in await console.type("add Noor channel: email")]
    await console.crash()
    for line in ("board", "help", "nonsense", ":dms", ":nonsense"):
        ids += [one.id for one in await console.type(line)]
    assert len(set(ids)) == len(ids) == 6
    await console.close()


async def test_a_second_process_on_the_store_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    first = await PipedConsole.open(f"tinydb:{tmp_path}", "Europe/Berlin", "2026-12-01T10:00")
    await first.type("add Noor channel: email")
    before = file_contents_and_times(tmp_path)
    second = await start_console_process(f"tinydb:{tmp_path}", "Europe/Berlin", "2026-12-01T10:00")
    said, told = await asyncio.wait_for(second.communicate(b"add Somebody channel: email\n"), PROCESS_SECONDS)
    assert second.returncode not in (0, None)
    assert said == b""
    assert f"process {first.process.pid} " in told.decode()
    assert "Traceback" not in told.decode()
    assert file_contents_and_times(tmp_path) == before
    [board] = await first.type("board")
    assert "Noor" in board.text
    assert "Somebody" not in board.text
    await first.close()


def file_contents_and_times(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


async def test_the_end_of_the_input_ends_the_console_and_a_last_line_needs_no_end(tmp_path: Path) -> None:
    process = await start_console_process(f"tinydb:{tmp_path}", "Europe/Berlin", "2026-12-01T10:00")
    typed = b"\xef\xbb\xbfadd Noor channel: email\r\n\xff\xfe\x00\n\n:as Kim\n:press 1\nboard"
    said, told = await asyncio.wait_for(process.communicate(typed), PROCESS_SECONDS)
    assert process.returncode == 0
    lines = [parse_json_line(line) for line in said.decode().splitlines()]
    assert [one["kind"] for one in lines].count("ready") == 7, "one first of all, and one after each line"
    assert lines[0]["kind"] == lines[-1]["kind"] == "ready"
    assert "Traceback" not in told.decode()


async def test_the_log_of_the_process_holds_no_word_of_the_member(tmp_path: Path) -> None:
    process = await start_console_process(f"tinydb:{tmp_path}", "Europe/Berlin", "2026-12-01T10:00")
    typed = "add Noor Haddad channel: email company: Initech note: a note, just for me\n:skip 3 weeks\nNoor Haddad??\n"
    said, told = await asyncio.wait_for(process.communicate(typed.encode()), PROCESS_SECONDS)
    assert "Noor" in said.decode()
    assert not [word for word in ("Noor", "Haddad", "Initech", "just for me") if word in told.decode()]
