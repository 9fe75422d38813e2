"""The composition root: the only place that sees adapters and stores, and that reads the wall clock."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from adapters.console import app
from adapters.console.session import GREETING as CONSOLE_GREETING
from adapters.console.session import Setup
from adapters.slack import manifest as slack
from adapters.ticker import Ticker
from bot.app.service import Core
from bot.commands import COMMANDS
from bot.delivery.after_restore import restored
from bot.domain.calendar import occurrence
from bot.domain.errors import Refused
from bot.domain.model import Actor, Address
from bot.domain.ports import Messenger, Store
from bot.host import admin
from bot.host.admin import Done, store_folder
from bot.host.config import Config
from bot.host.control import Control
from bot.host.demo import GREETING, Unheard, seed
from bot.host.runner import Platform, serve
from bot.text import dates
from storage.memory import MemoryStore
from storage.open import open_store

if TYPE_CHECKING:
    from adapters.slack.platform import Setup as SlackSetup

LAST_SWEEP = 2.0  # seconds; with a platform's own drains, a stop takes less than the ten after which hosts kill

DISCORD_FIRST = (
    "DISCORD_TOKEN is not set. To get one: at https://discord.com/developers/applications choose New Application, "
    "then Bot, Reset Token; write it behind DISCORD_TOKEN= in .env."
)


def wall() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def run_console(config: Config, *, json: bool, clock: str | None, demo: bool, echo: bool = False) -> int:
    """The console until its input ends; the exit code. `clock`: a local time at which a clock to move starts."""
    with _store_of(config, demo=demo) as url:
        return asyncio.run(_console(config, url, json=json, clock=clock, demo=demo, echo=echo))


def run_platforms(config: Config) -> int:
    """Serve every platform whose tokens are set, until told to end; the exit code."""
    return asyncio.run(_serve(config))


async def _serve(config: Config) -> int:
    store = open_store(config.store)
    try:
        platforms = {name: PLATFORMS[name](config, store) for name in config.platforms}
        messengers = {name: platform.messenger for name, platform in platforms.items()}
        core = Core(store, messengers, config.home, restored=await restored(store))
        tickers = {name: Ticker(core.only(name), wall, config.max_sleep, LAST_SWEEP) for name in platforms}
        core.watchers.append(lambda owner: tickers[owner.platform].nudge())
        async with _controlled(config, core):
            await serve([(platform, tickers[name]) for name, platform in platforms.items()], core)
    finally:
        await store.close()
    return 0


@asynccontextmanager
async def _controlled(config: Config, core: Core) -> AsyncIterator[None]:
    """The host's own commands reach a bot whose store is on this disk."""
    folder = store_folder(config.store)
    control = Control(core, wall, folder) if folder else None
    if control:
        await control.start()
    try:
        yield
    finally:
        if control:
            await control.stop()


def host_asks(config: Config, asked: Mapping[str, str]) -> Mapping[str, Any]:
    """The answer to a host's command. Raises `StoreInUse`."""
    return admin.host_asks(config, asked, wall())


def make_backup(config: Config, target: Path, program: str, *, force: bool) -> Done:
    """What was done. Raises `Refused`."""
    return admin.make_backup(config, target, program, wall(), force=force)


def restore_backup(config: Config, source: Path, *, replace: bool) -> str:
    """What was done, in sentences. Raises `Refused`."""
    return admin.restore_backup(config, source, wall(), replace=replace)


# Each is imported when it is served: 200 ms for Slack, 300 for Discord.


def _slack(config: Config, _store: Store) -> Platform:
    from adapters.slack.platform import Slack

    return Slack(_slack_setup(config), wall)


def _discord(config: Config, store: Store) -> Platform:
    from adapters.discord.platform import Discord, Setup

    setup = Setup(
        token=_secret(config.discord_token),
        url=config.discord_api_url,
        shards=config.discord_shards,
        dev_guild=config.discord_dev_guild,
    )
    return Discord(setup, store, wall)


PLATFORMS: Mapping[str, Callable[[Config, Store], Platform]] = {"slack": _slack, "discord": _discord}


def _slack_setup(config: Config) -> SlackSetup:
    from adapters.slack.platform import Setup as SlackSetup

    return SlackSetup(
        token=_secret(config.slack_bot_token),
        url=config.slack_api_url,
        app_token=_secret(config.slack_app_token) if config.slack_mode == "socket" else "",
        secret=_secret(config.slack_signing_secret),
        host=config.http_host,
        port=config.http_port,
    )


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""


def slack_manifest(url: str = "", form: str = "json") -> str:
    """The manifest of the Slack app as `json` or `yaml`, or the `link` that creates the app from it.

    `url`: the public address of http mode. Raises `ValueError`, with a sentence, when Slack would not call it.
    """
    forms = {"json": slack.as_json, "yaml": slack.as_yaml, "link": slack.link}
    return forms[form](slack.manifest(url))


def discord_invite(config: Config, *, for_me: bool = False) -> tuple[str, tuple[str, ...]]:
    """The link that installs the bot on Discord, and what the host should know of it.

    Raises `Refused`, with a sentence, without a token or when Discord does not take it.
    """
    if config.discord_token is None:
        raise Refused(DISCORD_FIRST)
    from adapters.discord.invite import invite  # the library is heavy: only for those who have it

    made = asyncio.run(invite(_secret(config.discord_token), config.discord_api_url, for_me=for_me))
    return made.address, made.hints


@contextmanager
def _store_of(config: Config, *, demo: bool) -> Iterator[str]:
    """Where the books are; a demo has a folder of its own that is gone afterwards."""
    if not demo:
        yield config.store
        return
    folder = tempfile.mkdtemp(prefix="stalemate-demo-")
    try:
        yield f"tinydb:{folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _console(config: Config, url: str, *, json: bool, clock: str | None, demo: bool, echo: bool) -> int:
    start = _local(clock, config) if clock else wall() if demo else None
    if demo:
        await _seed(config, url, start or wall())
    setup = console_setup(config, url, start, GREETING if demo else CONSOLE_GREETING)
    return await app.main(setup, json=json, echo=echo, words=[row.name for row in COMMANDS if not row.hidden])


def console_setup(config: Config, url: str, start: datetime | None, greeting: str = CONSOLE_GREETING) -> Setup:
    """All that the console is given. `start`: where a clock to move starts."""
    open_again = _opener(url)

    async def open_core(messenger: Messenger) -> Core:
        store = open_again()
        return Core(store, {"console": messenger}, config.home, restored=await restored(store))

    return Setup(
        open_core=open_core,
        reach=dates.ahead,
        wall=wall,
        open_ticker=lambda core: Ticker(core, wall, config.max_sleep),
        start=start,
        welcomes=True,
        screen_file=_screen_file(url),
        greeting=greeting,
    )


def _opener(url: str) -> Callable[[], Store]:
    """Opens the store, as often as asked. One in memory is opened again, not anew: a restart loses nothing."""
    store: Store | None = None

    def open_again() -> Store:
        nonlocal store
        if isinstance(store, MemoryStore):
            store.open()
        else:
            store = open_store(url)
        return store

    return open_again


def _local(clock: str, config: Config) -> datetime:
    """The instant (UTC) of a local time in the host's zone."""
    return occurrence(datetime.fromisoformat(clock), ZoneInfo(config.zone))


async def _seed(config: Config, url: str, now: datetime) -> None:
    core = Core(open_store(url), {"console": Unheard()}, config.home)
    await seed(core, Actor(Address("console", "me")), now)
    await core.close()


def _screen_file(url: str) -> Path | None:
    """Where the console keeps what it said, beside a store that keeps its data, so that its buttons outlive it."""
    folder = store_folder(url)
    return folder / "console.json" if folder else None
