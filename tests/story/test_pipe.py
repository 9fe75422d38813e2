"""The story typed into a real process, with other names and other days; and what happens when it is killed."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.story.driver import PATIENCE, Behind, Here, read, start_process
from tests.story.telling import Cast, Telling, the_story

OTHERS = Cast(
    quiet="Ngozi Okafor-Müller",
    company="Blåbär & Söhne",
    introducer="O'Brien",
    answered="Ζωή",
    fresh="李 明",
    first=date(2027, 3, 1),
    zone="America/Sao_Paulo",
)
KILL_AFTER = int(os.environ.get("STALEMATE_TEST_KILL_AFTER", "8"))  # steps; 1 kills after every one and takes a minute
SPRING = replace(OTHERS, first=date(2027, 3, 9), zone="America/Denver")  # their clocks go forward on day 5


async def expected(who: Cast) -> Telling:
    story = Telling(await Here.open("memory:", who.zone, who.start), who)
    await the_story(story)
    await story.console.close()
    return story


async def test_a_pipe_hears_the_same_story(tmp_path: Path) -> None:
    story = Telling(await Behind.open(f"tinydb:{tmp_path}", OTHERS.zone, OTHERS.start), OTHERS)
    await the_story(story)
    await story.console.close()
    assert story.said == (await expected(OTHERS)).said


async def test_kill_9_between_two_steps_changes_no_word_of_it(tmp_path: Path) -> None:
    story = Telling(await Behind.open(f"tinydb:{tmp_path}", SPRING.zone, SPRING.start), SPRING, KILL_AFTER)
    await the_story(story)
    await story.console.close()
    assert story.said == (await expected(SPRING)).said


async def test_every_message_has_an_id_of_its_own_also_after_a_kill(tmp_path: Path) -> None:
    console = await Behind.open(f"tinydb:{tmp_path}", "Europe/Berlin", "2026-12-01T10:00")
    ids = [one.id for one in await console.type("add Noor channel: email")]
    await console.crash()
    for line in ("board", "help", "nonsense", ":dms", ":nonsense"):
        ids += [one.id for one in await console.type(line)]
    assert len(set(ids)) == len(ids) == 6
    await console.close()


async def test_a_second_process_on_the_store_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    first = await Behind.open(f"tinydb:{tmp_path}", "Europe/Berlin", "2026-12-01T10:00")
    await first.type("add Noor channel: email")
    before = files(tmp_path)
    second = await start_process(f"tinydb:{tmp_path}", "Europe/Berlin", "2026-12-01T10:00")
    said, told = await asyncio.wait_for(second.communicate(b"add Somebody channel: email\n"), PATIENCE)
    assert second.returncode not in (0, None)
    assert said == b""
    assert f"process {first.process.pid} " in told.decode()
    assert "Traceback" not in told.decode()
    assert files(tmp_path) == before
    [board] = await first.type("board")
    assert "Noor" in board.text
    assert "Somebody" not in board.text
    await first.close()


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


async def test_the_end_of_the_input_ends_the_console_and_a_last_line_needs_no_end(tmp_path: Path) -> None:
    process = await start_process(f"tinydb:{tmp_path}", "Europe/Berlin", "2026-12-01T10:00")
    typed = b"\xef\xbb\xbfadd Noor channel: email\r\n\xff\xfe\x00\n\n:as Kim\n:press 1\nboard"
    said, told = await asyncio.wait_for(process.communicate(typed), PATIENCE)
    assert process.returncode == 0
    lines = [read(line) for line in said.decode().splitlines()]
    assert [one["kind"] for one in lines].count("ready") == 7, "one first of all, and one after each line"
    assert lines[0]["kind"] == lines[-1]["kind"] == "ready"
    assert "Traceback" not in told.decode()


async def test_the_log_of_the_process_holds_no_word_of_the_member(tmp_path: Path) -> None:
    process = await start_process(f"tinydb:{tmp_path}", "Europe/Berlin", "2026-12-01T10:00")
    typed = "add Noor Haddad channel: email company: Initech note: a note, just for me\n:skip 3 weeks\nNoor Haddad??\n"
    said, told = await asyncio.wait_for(process.communicate(typed.encode()), PATIENCE)
    assert "Noor" in said.decode()
    assert not [word for word in ("Noor", "Haddad", "Initech", "just for me") if word in told.decode()]
