from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys

import pytest

from adapters.console.app import run_console_session
from adapters.console.streams import EchoedLines, FileLines, JsonConsoleOutlet, PlainConsoleOutlet
from tests.adapters.console.console_bench import ConsoleBench, TypedLines

CONSOLE_PROGRAM = """
import asyncio, sys
from adapters.console.app import run_console_process
from tests.adapters.console.console_bench import ConsoleBench
sys.exit(asyncio.run(run_console_process(ConsoleBench().setup, json="--json" in sys.argv)))
"""


async def read_all_lines(descriptor: int) -> list[str]:
    source = FileLines(descriptor)
    found = []
    while (line := await source.next_line("")) is not None:
        found.append(line)
    return found


TYPED_BYTES = "add Dana\r\n\nboard \N{SMILING FACE WITH OPEN MOUTH}".encode() + b" \xff\xc3\n:dms"
DECODED_LINES = [
    "add Dana",
    "",
    "board \N{SMILING FACE WITH OPEN MOUTH} \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}",
    ":dms",
]


async def test_lines_of_a_regular_file(tmp_path):
    file = tmp_path / "lines"
    file.write_bytes(TYPED_BYTES)
    with file.open("rb") as opened:
        assert await read_all_lines(opened.fileno()) == DECODED_LINES


async def test_lines_of_a_pipe_that_come_in_pieces_without_blocking_the_loop():
    out, into = os.pipe()
    reading = asyncio.create_task(read_all_lines(out))
    for piece in (TYPED_BYTES[:5], TYPED_BYTES[5:12], TYPED_BYTES[12:]):
        await asyncio.sleep(0.01)
        os.write(into, piece)
    os.close(into)
    assert await asyncio.wait_for(reading, 2) == DECODED_LINES
    os.close(out)


async def test_no_input_at_all_and_a_closed_one_are_the_end():
    assert await read_all_lines(9999) == []
    null = os.open(os.devnull, os.O_RDONLY)
    assert await read_all_lines(null) == []
    os.close(null)


@pytest.mark.parametrize("locale", ["C", "POSIX"])
@pytest.mark.parametrize("mode", ["--json", "--plain"])
def test_a_real_process_speaks_utf8_whatever_the_locale_and_ends_with_the_input(locale, mode):
    environment = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": "."}
    done = subprocess.run(
        [sys.executable, "-c", CONSOLE_PROGRAM, mode],
        input=TYPED_BYTES,
        capture_output=True,
        env=environment,
        timeout=20,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"You said {DECODED_LINES[2]}" in done.stdout.decode("utf-8")
    assert "Dana is on your board" in done.stdout.decode("utf-8")
    assert done.stderr == b""


def test_a_reader_that_goes_away_ends_it_quietly():
    command = f"yes board | {sys.executable} -c '{CONSOLE_PROGRAM}' --json | head -n 1"
    environment = {**os.environ, "PYTHONPATH": "."}
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, env=environment, timeout=20, check=False)
    assert done.stdout.startswith(b'{"kind": "ready"')
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


class LeavingReaderPipe(io.StringIO):
    """A pipe whose reader leaves after the first line."""

    def flush(self) -> None:
        if self.getvalue().count("\n") > 1:
            raise BrokenPipeError


async def test_the_store_is_closed_when_the_reader_went_away():
    bench = ConsoleBench()
    with pytest.raises(BrokenPipeError):
        await run_console_session(bench.setup, TypedLines(["board", "board"]), JsonConsoleOutlet(LeavingReaderPipe()))
    assert bench.shelf.closed == 1


async def test_an_echo_makes_a_transcript():
    stream = io.StringIO()
    bench = ConsoleBench()
    await run_console_session(bench.setup, EchoedLines(TypedLines(["add Dana"]), stream), PlainConsoleOutlet(stream))
    assert "\nme · Tue 1 Dec 2026, 12:00 > add Dana\n\nstalemate · to you, privately\n" in stream.getvalue()
