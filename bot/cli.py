"""The host's command line. Everything heavy is imported inside the functions, so that `--help` stays quick."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bot.host.exit_codes import mendable, refuse, tell

if TYPE_CHECKING:
    from bot.host.config import Config

VERSION = "0.1.0"
NOT_WHOLE = 1  # the exit code of what was done, but not for everybody

# The pretty tracebacks are off because they show local variables, and those hold what members wrote.
app = typer.Typer(
    help="A kind bot for job clubs: patience, one follow-up of each kind, then someone else.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
slack = typer.Typer(help="Set up Slack.", no_args_is_help=True)
deliveries = typer.Typer(short_help="See the reminders on their way, and those that were given up.")
app.add_typer(deliveries, name="deliveries")
discord = typer.Typer(help="Set up Discord.", no_args_is_help=True)
app.add_typer(slack, name="slack")
app.add_typer(discord, name="discord")


def _local_time(text: str | None) -> str | None:
    """The text as it is, when it is a local time such as 2026-12-01T10:00."""
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("give a local time such as 2026-12-01T10:00") from None
    if not 1971 <= given.year <= 9000:
        raise typer.BadParameter("give a year from 1971 to 9000")
    if given.tzinfo:
        raise typer.BadParameter("give a local time without an offset; its zone is STALEMATE_ZONE")
    return text


Json = Annotated[bool, typer.Option("--json", help="One JSON line for each thing said, for programs.")]
Clock = Annotated[
    str | None,
    typer.Option(
        "--clock",
        metavar="TIME",
        callback=_local_time,
        help="Start a clock to move, at this local time (2026-12-01T10:00).",
    ),
]

Echo = Annotated[bool, typer.Option("--echo", help="Repeat the lines that are read, for a transcript.")]


@app.command()
def run(json: Json = False) -> None:
    """Serve the platforms whose tokens are set; without any, open the console."""
    with mendable():
        config = _settings()
        if config.platforms:
            raise typer.Exit(_serve(config))
        tell("No tokens are set (see .env.example), so this is the console.")
        raise typer.Exit(_console(config, json=json))


@app.command()
def demo(json: Json = False, clock: Clock = None, echo: Echo = False) -> None:
    """Try it out: three sample contacts, a clock to move, and nothing is kept."""
    with mendable():
        raise typer.Exit(_console(_settings(), json=json, clock=clock, demo=True, echo=echo))


@app.command()
def console(json: Json = False, clock: Clock = None) -> None:
    """Talk to the bot here. What you tell it is kept in the store."""
    with mendable():
        raise typer.Exit(_console(_settings(), json=json, clock=clock))


@slack.command()
def manifest(
    url: Annotated[str, typer.Option(metavar="URL", help="For http mode: the bot's public https:// address.")] = "",
    yaml: Annotated[bool, typer.Option("--yaml", help="As YAML instead of JSON.")] = False,
    link: Annotated[bool, typer.Option("--link", help="The link that creates the app from it.")] = False,
) -> None:
    """Print the manifest: what Slack has to know of this bot to create the app."""
    if yaml and link:
        raise typer.BadParameter("choose one of --yaml and --link")
    from bot.main import slack_manifest

    try:
        typer.echo(slack_manifest(url, "yaml" if yaml else "link" if link else "json"))
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint="--url") from None


@discord.command()
def invite(
    for_me: Annotated[
        bool, typer.Option("--for-me", help="For one person, in all their servers and messages.")
    ] = False,
) -> None:
    """Print the link that installs the bot: in a server, or for yourself."""
    with mendable():
        from bot.host import config

        settings = config.load()
        from bot.main import discord_invite

        address, hints = discord_invite(settings, for_me=for_me)
        for hint in hints:
            tell(hint)
        typer.echo(address)


@deliveries.callback(invoke_without_command=True)
def show(context: typer.Context, json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """How many reminders are on their way, for each platform. Works beside a running bot, or without one.

    due: may go out now.

    waiting: surely not sent; the bot tries again by itself.

    sending: handed over a moment ago; the answer is awaited.

    uncertain: may have been sent; the bot looks for it before it sends it again.

    given up: kept, and not tried again before you say “stalemate deliveries retry”.
    """
    if context.invoked_subcommand is None:
        from json import dumps

        from bot.host.delivery_table import told

        config, found = _asked({"do": "deliveries"})
        typer.echo(dumps(found) if json else told(found, config.zone))


# An id may begin with a hyphen, and have an h behind it.
@deliveries.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
def retry(
    which: Annotated[str, typer.Argument(metavar="[ID]", help="One of them, as “stalemate deliveries” tells it.")] = "",
) -> None:
    """Send the reminders that were given up on their way again, one for each member at a time."""
    from bot.host.delivery_table import told_of_retry

    found = _asked({"do": "retry", "id": which})[1]
    if found.get("why") == "unknown":
        refuse(told_of_retry(found, which))
    typer.echo(told_of_retry(found, which))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it (.tar.gz).")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Copy every member's book into one file, not .env and tokens. Works beside a running bot, or without one.

    Exit code 1: it was written, but a damaged book is not in it. 2: nothing was written.
    """
    with mendable():
        settings = _settings()
        from bot.main import make_backup

        done = make_backup(settings, file, VERSION, force=force)
        typer.echo(done.said, err=not done.whole)  # a timer that is asked to be silent still tells of it
        raise typer.Exit(0 if done.whole else NOT_WHOLE)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What “stalemate backup” wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take out the books that are there; they are kept in a folder beside.")
    ] = False,
) -> None:
    """Put the books of a backup into the store, while no bot runs. Start the bot afterwards."""
    with mendable():
        settings = _settings()
        from bot.main import restore_backup

        typer.echo(restore_backup(settings, file, replace=replace))


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"stalemate {VERSION}")


def main() -> None:
    """What the command `stalemate` runs."""
    app(prog_name="stalemate")


def _settings() -> Config:
    from bot import logs
    from bot.host import config

    settings = config.load()
    logs.setup(settings.log)
    if settings.zone_is_a_guess:
        tell("This machine does not tell its time zone: UTC is used until STALEMATE_ZONE is set.")
    return settings


def _console(config: Config, *, json: bool, clock: str | None = None, demo: bool = False, echo: bool = False) -> int:
    from bot.main import run_console

    return run_console(config, json=json, clock=clock, demo=demo, echo=echo)


def _serve(config: Config) -> int:
    """Serve every platform whose tokens are set."""
    # Until the loop takes the signals itself: whoever ends us while we load is no less polite.
    signal.signal(signal.SIGTERM, _leave)
    from bot.main import run_platforms

    return run_platforms(config)


def _leave(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


def _asked(asked: Mapping[str, str]) -> tuple[Config, Mapping[str, Any]]:
    """The settings, and the answer to a host's command, or its trouble in a sentence."""
    from bot.main import host_asks

    with mendable():
        config = _settings()
        found = host_asks(config, asked)
        if "error" in found:
            tell(found["error"])
            raise typer.Exit(1)
        return config, found
