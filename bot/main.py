"""The composition root: the only module that imports adapters and that reads the wall clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from adapters.console import app
from adapters.console.session import CONSOLE_GREETING, ConsoleSetup
from adapters.slack import manifest as slack
from adapters.ticker import Ticker
from bot.app.service import Service
from bot.commands import COMMANDS
from bot.domain.calendar import resolve_local_time
from bot.domain.errors import HostRequestRefused
from bot.domain.model import Actor, Address
from bot.domain.ports import Messenger, Store
from bot.host import admin
from bot.host.admin import BackupResult, parse_store_folder
from bot.host.config import Config
from bot.host.console_files import console_screen_file, console_store_url
from bot.host.control import ControlServer
from bot.host.demo import DEMO_GREETING, SilentMessenger, seed_demo_contacts
from bot.host.runner import Platform, serve_platforms
from bot.text import dates
from storage.memory import MemoryStore
from storage.open import open_store

if TYPE_CHECKING:
    from adapters.slack.platform import SlackSetup

# Together with the drains of a platform, a stop takes less than the ten seconds after which hosts kill.
FINAL_SWEEP_SECONDS = 2.0

DISCORD_NOT_SET_UP = (
    "DISCORD_TOKEN is not set. To get one: at https://discord.com/developers/applications choose New Application, "
    "then Bot, Reset Token; write it behind DISCORD_TOKEN= in .env."
)


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def run_console(config: Config, *, json: bool, clock: str | None, demo: bool, echo: bool = False) -> int:
    """Run the console until its input ends; returns the exit code. `clock`: the local start time of a movable clock."""
    with console_store_url(config, demo=demo) as url:
        return asyncio.run(_serve_console(config, url, json=json, clock=clock, demo=demo, echo=echo))


def run_platforms(config: Config) -> int:
    """Serve every platform whose tokens are set, until told to end; returns the exit code."""
    return asyncio.run(_serve_configured_platforms(config))


async def _serve_configured_platforms(config: Config) -> int:
    store = open_store(config.store)
    try:
        platforms = {name: PLATFORM_BUILDERS[name](config, store) for name in config.platforms}
        messengers = {name: platform.messenger for name, platform in platforms.items()}
        service = Service(store, messengers, config.host_defaults)
        tickers = {
            name: Ticker(service.for_platform(name), utc_now, config.max_sleep, FINAL_SWEEP_SECONDS)
            for name in platforms
        }
        service.changes.subscribe(lambda key: tickers[key.platform].nudge())
        async with _open_control_socket(config, service):
            await serve_platforms([(platform, tickers[name]) for name, platform in platforms.items()], service)
    finally:
        await store.close()
    return 0


@asynccontextmanager
async def _open_control_socket(config: Config, service: Service) -> AsyncIterator[None]:
    """Accept the host's commands while open, if the store is on this disk."""
    folder = parse_store_folder(config.store)
    control = ControlServer(service, utc_now, folder) if folder else None
    if control:
        await control.start()
    try:
        yield
    finally:
        if control:
            await control.stop()


def run_control_request(config: Config, request: Mapping[str, str]) -> Mapping[str, Any]:
    """The answer to a host's command. Raises `HostRequestRefused` with a sentence."""
    return admin.request_bot_or_store(config, request, utc_now())


def make_backup(config: Config, target: Path, program_version: str, *, force: bool) -> BackupResult:
    """Write a backup to `target`. Raises `HostRequestRefused` with a sentence when nothing was written."""
    return admin.back_up_store(config, target, program_version, utc_now(), force=force)


def restore_backup(config: Config, source: Path, *, replace: bool) -> str:
    """Restore `source`; returns sentences that say so. Raises `HostRequestRefused` with one when nothing was done."""
    return admin.restore_store(config, source, utc_now(), replace=replace)


# Each platform is imported only when it is served: 200 ms for Slack, 300 ms for Discord.


def _build_slack_platform(config: Config, _store: Store) -> Platform:
    from adapters.slack.platform import SlackPlatform

    return SlackPlatform(_build_slack_setup(config), utc_now)


def _build_discord_platform(config: Config, store: Store) -> Platform:
    from adapters.discord.platform import DiscordPlatform, DiscordSetup

    setup = DiscordSetup(
        bot_token=_reveal_secret(config.discord_token),
        api_url=config.discord_api_url,
        shard_count=config.discord_shards,
        dev_guild=config.discord_dev_guild,
    )
    return DiscordPlatform(setup, store, utc_now)


PLATFORM_BUILDERS: Mapping[str, Callable[[Config, Store], Platform]] = {
    "slack": _build_slack_platform,
    "discord": _build_discord_platform,
}


def _build_slack_setup(config: Config) -> SlackSetup:
    from adapters.slack.platform import SlackSetup

    return SlackSetup(
        bot_token=_reveal_secret(config.slack_bot_token),
        api_url=config.slack_api_url,
        app_token=_reveal_secret(config.slack_app_token) if config.slack_mode == "socket" else "",
        signing_secret=_reveal_secret(config.slack_signing_secret),
        host=config.http_host,
        port=config.http_port,
    )


def _reveal_secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""


def slack_manifest_text(url: str = "", output_format: str = "json") -> str:
    """The manifest of the Slack app as `json` or `yaml`, or the `link` that creates the app from it.

    `url`: the public address of http mode. Raises `ValueError`, with a sentence, when Slack would not call it.
    """
    renderers = {"json": slack.manifest_to_json, "yaml": slack.manifest_to_yaml, "link": slack.create_app_link}
    return renderers[output_format](slack.build_slack_manifest(url))


def discord_invite_link(config: Config, *, for_me: bool = False) -> tuple[str, tuple[str, ...]]:
    """The link that installs the bot on Discord, and hints for the host.

    Raises `HostRequestRefused` with a sentence when there is no token or Discord does not accept it.
    """
    if config.discord_token is None:
        raise HostRequestRefused(DISCORD_NOT_SET_UP)
    from adapters.discord.invite import build_discord_invite  # a slow import, so only when it is needed

    invite = asyncio.run(
        build_discord_invite(_reveal_secret(config.discord_token), config.discord_api_url, for_me=for_me)
    )
    return invite.url, invite.hints


async def _serve_console(
    config: Config, store_url: str, *, json: bool, clock: str | None, demo: bool, echo: bool
) -> int:
    start = _parse_local_clock(clock, config) if clock else utc_now() if demo else None
    if demo:
        await _seed_demo_store(config, store_url, start or utc_now())
    setup = build_console_setup(config, store_url, start, DEMO_GREETING if demo else CONSOLE_GREETING)
    return await app.run_console_process(
        setup, json=json, echo=echo, completion_words=[row.name for row in COMMANDS if not row.is_hidden]
    )


def build_console_setup(
    config: Config, store_url: str, start: datetime | None, greeting: str = CONSOLE_GREETING
) -> ConsoleSetup:
    """All that the console needs. `start` (UTC): where a movable clock starts; None: the wall clock."""
    reopen_store = _build_store_opener(store_url)

    async def open_service(messenger: Messenger) -> Service:
        store = reopen_store()
        return Service(store, {"console": messenger}, config.host_defaults)

    return ConsoleSetup(
        open_service=open_service,
        parse_skip_target=dates.parse_time_from_now,
        wall=utc_now,
        open_ticker=lambda service: Ticker(service, utc_now, config.max_sleep),
        clock_start=start,
        welcomes_newcomers=True,
        screen_file=console_screen_file(store_url),
        greeting=greeting,
    )


def _build_store_opener(store_url: str) -> Callable[[], Store]:
    """A function that opens the store, any number of times. One in memory is reopened: a restart loses nothing."""
    store: Store | None = None

    def reopen_store() -> Store:
        nonlocal store
        if isinstance(store, MemoryStore):
            store.open()
        else:
            store = open_store(store_url)
        return store

    return reopen_store


def _parse_local_clock(clock: str, config: Config) -> datetime:
    """The instant (UTC) of a local time in the host's zone."""
    return resolve_local_time(datetime.fromisoformat(clock), ZoneInfo(config.zone))


async def _seed_demo_store(config: Config, store_url: str, now: datetime) -> None:
    service = Service(open_store(store_url), {"console": SilentMessenger()}, config.host_defaults)
    await seed_demo_contacts(service, Actor(Address("console", "me")), now)
    await service.close()
