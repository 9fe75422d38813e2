"""`stalemate deliveries`, beside a bot that runs and without one."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.service import Service
from bot.domain.errors import HostRequestRefused
from bot.domain.model import DeliveryState, EntryOccasion, Envelope, ReminderItem, ReminderKind
from bot.host.admin import request_bot_or_store
from bot.host.config import Config
from bot.host.control import CONTROL_SOCKET_NAME, BotNotRunning, ControlServer, send_control_request
from storage.open import open_store
from tests.contract.sample_records import contract_book
from tests.host.conftest import HostCli
from tests.samples import BERLIN_HOME

DELIVERIES_NOW = datetime(2026, 12, 8, 9, tzinfo=UTC)
PARKED_ENVELOPE = Envelope(
    id="abc123",
    items=(ReminderItem(ReminderKind.PERMISSION, EntryOccasion("y"), "x"),),
    created_at=DELIVERIES_NOW,
    retry_at=DELIVERIES_NOW,
    state=DeliveryState.PARKED,
    tries=8,
)


async def store_parked_envelope(folder: Path) -> None:
    store = open_store(f"tinydb:{folder / 'data'}")
    await store.save(replace(contract_book(), envelopes=(PARKED_ENVELOPE,)))
    await store.close()


async def test_without_a_bot_that_runs_the_store_is_read(tmp_path: Path, host_cli: HostCli) -> None:
    await store_parked_envelope(tmp_path)
    code, out, err = host_cli("deliveries")
    assert (code, err) == (0, "")
    assert out.startswith("slack: ")
    assert "0 waiting, 0 sending, 0 uncertain, 1 given up" in out
    assert "abc123  slack, member" in out
    assert ": may follow up; since 2026-12-08 10:00 Europe/Berlin, tried 8 times\n" in out
    assert json.loads(host_cli("deliveries", "--json")[1])["platforms"]["slack"]["parked"] == 1


async def test_what_was_given_up_is_sent_on_its_way(tmp_path: Path, host_cli: HostCli) -> None:
    await store_parked_envelope(tmp_path)
    code, out, err = host_cli("deliveries", "retry", "-hyphen")
    assert (code, out) == (2, "")
    assert err.startswith("No reminder of this id is given up: ")
    assert host_cli("deliveries", "retry", "abc123")[:2] == (0, "On its way again: 1 reminder.\n")
    assert host_cli("deliveries", "retry", "abc123")[:2] == (0, "This one is on its way already.\n")
    assert "1 waiting, 0 sending, 0 uncertain, 0 given up" in host_cli("deliveries")[1]


def test_a_store_that_cannot_be_looked_at_is_told(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 300)  # the disk refuses it to everybody, as another user's folder is refused to us
    with pytest.raises(
        HostRequestRefused, match=r"cannot be read: File name too long\. Ask as the user that the bot runs as\."
    ):
        request_bot_or_store(Config.model_construct(store=f"tinydb:{folder}"), {"do": "deliveries"}, DELIVERIES_NOW)


async def test_a_bot_that_runs_answers_itself(tmp_path: Path, host_cli: HostCli) -> None:
    await store_parked_envelope(tmp_path)
    folder = tmp_path / "data"
    store = open_store(f"tinydb:{folder}")
    control = ControlServer(Service(store, {}, BERLIN_HOME), lambda: DELIVERIES_NOW + timedelta(hours=1), folder)
    await control.start()
    assert stat.S_IMODE((folder / CONTROL_SOCKET_NAME).stat().st_mode) == 0o600
    asked = await asyncio.to_thread(host_cli, "deliveries", "retry")
    assert asked[:2] == (0, "On its way again: 1 reminder.\n")
    await control.stop()
    await store.close()
    assert not (folder / CONTROL_SOCKET_NAME).exists()


@pytest.mark.parametrize("words", [(), ("--json",), ("retry",)])
def test_asking_in_the_wrong_folder_makes_no_store_there(
    tmp_path: Path, host_cli: HostCli, words: tuple[str, ...]
) -> None:
    code, out, err = host_cli("deliveries", *words)
    assert (code, out) == (2, "")
    assert err == (
        f"There is no store in {tmp_path / 'data'}. Is this the folder that the bot runs in? "
        "Go to that one, or set STALEMATE_STORE to where the store is.\n"
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [(), ("retry",)])
def test_of_a_store_in_memory_only_the_running_bot_knows(
    tmp_path: Path, host_cli: HostCli, words: tuple[str, ...]
) -> None:
    code, out, err = host_cli("deliveries", *words, store="memory:")
    assert (code, out) == (2, "")
    assert err.startswith("STALEMATE_STORE is memory:, which keeps nothing on disk: only the running bot knows ")


@pytest.mark.parametrize("words", [(), ("retry",)])
async def test_a_store_that_is_held_by_something_mute_is_told(
    tmp_path: Path, host_cli: HostCli, words: tuple[str, ...]
) -> None:
    await store_parked_envelope(tmp_path)
    store = open_store(f"tinydb:{tmp_path / 'data'}")
    code, out, err = host_cli("deliveries", *words)
    await store.close()
    assert (code, out) == (2, "")
    assert err.startswith(f"The program that uses this store (process {os.getpid()} on ")
    assert err.endswith(
        ") does not answer this. A console does not: end it with :quit first. "
        "If it is a bot, try once more, or stop it first.\n"
    )


@pytest.mark.parametrize("said", [b"", b"x\n", b"[]\n", b'{"do": 7}\n', b"[" * 3000 + b"\n", b"x" * 9000])
async def test_nonsense_at_the_socket_hurts_nobody(tmp_path: Path, said: bytes) -> None:
    store = open_store(f"tinydb:{tmp_path / 'data'}")
    control = ControlServer(Service(store, {}, BERLIN_HOME), lambda: DELIVERIES_NOW, tmp_path)
    await control.start()
    reader, writer = await asyncio.open_unix_connection(tmp_path / CONTROL_SOCKET_NAME)
    writer.write(said)
    writer.write_eof()
    await reader.read()
    writer.close()
    assert await asyncio.to_thread(send_control_request, tmp_path, {"do": "deliveries"}) == {
        "platforms": {},
        "parked": [],
    }
    await control.stop()
    await store.close()


def test_where_nobody_listens_nobody_answers(tmp_path: Path) -> None:
    with pytest.raises(BotNotRunning):
        send_control_request(tmp_path, {"do": "deliveries"})
