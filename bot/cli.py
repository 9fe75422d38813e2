"""The host's command line. Slow modules are imported inside the functions, so that `--help` is quick."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bot.host.cli_options import ClockOption, EchoOption, JsonOption
from bot.host.exit_codes import exit_on_host_error, exit_with_message, print_to_stderr

if TYPE_CHECKING:
    from bot.host.config import Config

VERSION = "0.1.0"
INCOMPLETE_EXIT_CODE = 1  # the backup was written, but a damaged record is missing from it

# The pretty tracebacks are off because they show local variables, and those hold what members wrote.
app = typer.Typer(
    help="A kind bot for job clubs: patience, one follow-up of each kind, then someone else.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
slack_commands = typer.Typer(help="Set up Slack.", no_args_is_help=True)
deliveries_commands = typer.Typer(short_help="See the reminders on their way, and those that were given up.")
app.add_typer(deliveries_commands, name="deliveries")
discord_commands = typer.Typer(help="Set up Discord.", no_args_is_help=True)
app.add_typer(slack_commands, name="slack")
app.add_typer(discord_commands, name="discord")


@app.command()
def run(json: JsonOption = False) -> None:
    """Serve the platforms whose tokens are set; without any, open the console."""
    with exit_on_host_error():
        config = _load_host_config()
        if config.platforms:
            raise typer.Exit(_launch_platforms(config))
        print_to_stderr("No tokens are set (see .env.example), so this is the console.")
        raise typer.Exit(_launch_console(config, json=json))


@app.command()
def demo(json: JsonOption = False, clock: ClockOption = None, echo: EchoOption = False) -> None:
    """Try it out: three sample contacts, a clock to move, and nothing is kept."""
    with exit_on_host_error():
        raise typer.Exit(_launch_console(_load_host_config(), json=json, clock=clock, demo=True, echo=echo))


@app.command()
def console(json: JsonOption = False, clock: ClockOption = None) -> None:
    """Talk to the bot here. What you tell it is kept in the store."""
    with exit_on_host_error():
        raise typer.Exit(_launch_console(_load_host_config(), json=json, clock=clock))


@slack_commands.command()
def manifest(
    url: Annotated[str, typer.Option(metavar="URL", help="For http mode: the bot's public https:// address.")] = "",
    yaml: Annotated[bool, typer.Option("--yaml", help="As YAML instead of JSON.")] = False,
    link: Annotated[bool, typer.Option("--link", help="The link that creates the app from it.")] = False,
) -> None:
    """Print the manifest: what Slack has to know of this bot to create the app."""
    if yaml and link:
        raise typer.BadParameter("choose one of --yaml and --link")
    from bot.main import slack_manifest_text

    try:
        typer.echo(slack_manifest_text(url, "yaml" if yaml else "link" if link else "json"))
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint="--url") from None


@discord_commands.command()
def invite(
    for_me: Annotated[
        bool, typer.Option("--for-me", help="For one person, in all their servers and messages.")
    ] = False,
) -> None:
    """Print the link that installs the bot: in a server, or for yourself."""
    with exit_on_host_error():
        from bot.host import config

        settings = config.load_config()
        from bot.main import discord_invite_link

        address, hints = discord_invite_link(settings, for_me=for_me)
        for hint in hints:
            print_to_stderr(hint)
        typer.echo(address)


@deliveries_commands.callback(invoke_without_command=True)
def show_deliveries(
    context: typer.Context, json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False
) -> None:
    """How many reminders and posts are on their way, for each platform. Works beside a running bot, or without one.

    due: may go out now.

    waiting: surely not sent; the bot tries again by itself.

    sending: handed over a moment ago; the answer is awaited.

    uncertain: may have been sent; the bot looks for it before it sends it again.

    given up: kept, and not tried again before you say “stalemate deliveries retry”.

    why: what the platform said, as a code.
    """
    if context.invoked_subcommand is None:
        from json import dumps

        from bot.host.delivery_table import render_delivery_table

        config, report = _request_deliveries({"do": "deliveries"})
        typer.echo(dumps(report) if json else render_delivery_table(report, config.zone))


# An id may begin with a hyphen followed by an h, so `-h` is no option here.
@deliveries_commands.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
def retry(
    which: Annotated[str, typer.Argument(metavar="[ID]", help="One of them, as “stalemate deliveries” tells it.")] = "",
) -> None:
    """Send the reminders that were given up on their way again, one for each member at a time."""
    from bot.host.delivery_table import render_retry_result

    result = _request_deliveries({"do": "retry", "id": which})[1]
    if result.get("why") == "unknown":
        exit_with_message(render_retry_result(result, which))
    typer.echo(render_retry_result(result, which))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it (.tar.gz).")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Copy every member's book into one file, not .env and tokens. Works beside a running bot, or without one.

    Exit code 1: it was written, but a damaged book is not in it. 2: nothing was written.
    """
    with exit_on_host_error():
        settings = _load_host_config()
        from bot.main import make_backup

        result = make_backup(settings, file, VERSION, force=force)
        typer.echo(result.message, err=not result.is_complete)  # a timer that ignores standard output still reports it
        raise typer.Exit(0 if result.is_complete else INCOMPLETE_EXIT_CODE)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What “stalemate backup” wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take out the books that are there; they are kept in a folder beside.")
    ] = False,
) -> None:
    """Put the books of a backup into the store, while no bot runs. Start the bot afterwards."""
    with exit_on_host_error():
        settings = _load_host_config()
        from bot.main import restore_backup

        typer.echo(restore_backup(settings, file, replace=replace))


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"stalemate {VERSION}")


def main() -> None:
    """The entry point of the command `stalemate`."""
    app(prog_name="stalemate")


def _load_host_config() -> Config:
    from bot import logs
    from bot.host import config

    settings = config.load_config()
    logs.configure_logging(settings.log)
    if settings.is_zone_guessed:
        print_to_stderr("This machine does not tell its time zone: UTC is used until STALEMATE_ZONE is set.")
    return settings


def _launch_console(
    config: Config, *, json: bool, clock: str | None = None, demo: bool = False, echo: bool = False
) -> int:
    from bot.main import run_console

    return run_console(config, json=json, clock=clock, demo=demo, echo=echo)


def _launch_platforms(config: Config) -> int:
    """Serve every platform whose tokens are set."""
    # Until the event loop handles signals itself: SIGTERM during the imports is a normal end, too.
    signal.signal(signal.SIGTERM, _exit_on_sigterm)
    from bot.main import run_platforms

    return run_platforms(config)


def _exit_on_sigterm(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


def _request_deliveries(request: Mapping[str, str]) -> tuple[Config, Mapping[str, Any]]:
    """The settings, and the answer to a host's command. Exits with a sentence if there is none."""
    from bot.main import run_control_request

    with exit_on_host_error():
        config = _load_host_config()
        answer = run_control_request(config, request)
        if "error" in answer:
            print_to_stderr(answer["error"])
            raise typer.Exit(1)
        return config, answer
