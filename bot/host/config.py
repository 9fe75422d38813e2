"""The host's settings: from the environment, then from `.env` in the current folder.

`python -m bot.host.config` prints `.env.example`, which is made from the fields below.
"""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Mapping
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any

from dotenv.parser import parse_stream
from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.model import HostDefaults
from bot.host import setting_checks
from bot.host.setting_checks import SettingProblem

ENV_PREFIX = "STALEMATE_"
TEST_ENV_PREFIX = "STALEMATE_TEST_"  # read by the test suite alone


class ConfigError(Exception):
    """All problems of the settings; `str()` lists them for the host."""

    def __init__(self, problems: list[SettingProblem]) -> None:
        super().__init__("\n".join(["The settings need mending:", *(f"  {problem}" for problem in problems)]))
        self.problems = problems


class Config(BaseSettings):
    """The settings of one process. Secrets are masked in every `repr`; an empty value counts as unset."""

    model_config = SettingsConfigDict(
        case_sensitive=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        validate_default=False,
    )

    store: setting_checks.StoreUrlSetting = Field(
        "tinydb:data",
        alias="STALEMATE_STORE",
        description="Where the members' books are kept: tinydb:FOLDER, or memory: to keep nothing.",
    )
    zone: setting_checks.ZoneSetting = Field(
        default_factory=lambda: setting_checks.machine_zone() or "UTC",
        alias="STALEMATE_ZONE",
        description="Time zone (IANA name, such as Europe/Berlin) of members who have not told theirs. "
        "Default: the zone of this machine.",
    )
    country: setting_checks.CountrySetting = Field(
        "",
        alias="STALEMATE_COUNTRY",
        description="Whose public holidays are days off: two letters of ISO 3166-1, such as US. "
        "Default: none, only weekends are days off.",
    )
    max_sleep: setting_checks.SecondsSetting = Field(
        30,
        alias="STALEMATE_MAX_SLEEP",
        description="Seconds that the reminders sleep at the longest before they look again, 1 to 3600.",
    )
    log: setting_checks.LogLevelSetting = Field(
        "info",
        alias="STALEMATE_LOG",
        description="How much is told on standard error: debug, info, warning or error.",
    )
    host_name: setting_checks.HostNameSetting = Field(
        "",
        alias="STALEMATE_HOST_NAME",
        description='Who hosts this bot, a person or an organisation: shown to members under "Who can read this?".',
    )
    slack_mode: setting_checks.SlackModeSetting = Field(
        "socket",
        alias="SLACK_MODE",
        description="Slack: socket (the bot calls Slack; needs no public address) or http (Slack calls the bot).",
    )
    slack_bot_token: setting_checks.SlackBotTokenSetting | None = Field(
        None,
        alias="SLACK_BOT_TOKEN",
        description="Slack: the bot token, begins with xoxb- (OAuth & Permissions). Needed in both modes.",
    )
    slack_app_token: setting_checks.SlackAppTokenSetting | None = Field(
        None,
        alias="SLACK_APP_TOKEN",
        description="Slack: the app-level token, begins with xapp- (Basic Information). Needed in socket mode only.",
    )
    slack_signing_secret: setting_checks.SlackSigningSecretSetting | None = Field(
        None,
        alias="SLACK_SIGNING_SECRET",
        description="Slack: the signing secret (Basic Information). Needed in http mode only.",
    )
    slack_api_url: setting_checks.UrlSetting = Field(
        "https://slack.com/api/", alias="SLACK_API_URL", description="Slack: where its API is."
    )
    http_host: setting_checks.HttpHostSetting = Field(
        "127.0.0.1",
        alias="HTTP_HOST",
        description="http mode: where to listen. The default is reached by a reverse proxy on this machine alone.",
    )
    http_port: setting_checks.PortSetting = Field(
        3000, alias="HTTP_PORT", description="http mode: the port to listen at, 1 to 65535."
    )
    discord_token: setting_checks.DiscordTokenSetting | None = Field(
        None,
        alias="DISCORD_TOKEN",
        description="Discord: the bot's token (Developer Portal, Bot).",
    )
    discord_dev_guild: setting_checks.DiscordServerSetting | None = Field(
        None,
        alias="DISCORD_DEV_GUILD",
        description="Discord: the id of one server where commands appear at once, for trying things out. "
        "Leave it empty to have them in all servers.",
    )
    discord_shards: setting_checks.ShardsSetting = Field(
        1,
        alias="DISCORD_SHARDS",
        description=f"Discord: connections to it, 1 to {setting_checks.MAX_SHARDS}. "
        "One is enough for a thousand servers.",
    )
    discord_api_url: setting_checks.UrlSetting = Field(
        "https://discord.com/api/v10",
        alias="DISCORD_API_URL",
        description="Discord: where its API is.",
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_blank_values(cls, settings: dict[str, Any]) -> dict[str, Any]:
        stripped = {key: value.strip() if isinstance(value, str) else value for key, value in settings.items()}
        return {key: value for key, value in stripped.items() if value != ""}

    @property
    def host_defaults(self) -> HostDefaults:
        """The host's name, and the zone and country of members who have not set theirs."""
        return HostDefaults(self.zone, self.country, self.host_name)

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms whose tokens are set."""
        tokens = {"slack": self.slack_bot_token, "discord": self.discord_token}
        return tuple(name for name, token in tokens.items() if token)

    @property
    def is_zone_guessed(self) -> bool:
        """Whether UTC is used because no zone is set and the machine reports none. The host should know."""
        return "zone" not in self.model_fields_set and not setting_checks.machine_zone()


ENV_KEYS = tuple(str(field.alias) for field in Config.model_fields.values())


def load_config(folder: Path | None = None) -> Config:
    """The settings of this process, with `.env` from the folder (default: the current one).

    Raises `ConfigError` with all problems.
    """
    dotenv, problems = read_dotenv((folder or Path()) / ".env")
    settings = {**dotenv, **{key: value for key, value in os.environ.items() if value.strip()}}
    problems += [*_find_unknown_keys(settings), *setting_checks.check_slack_keys(settings)]
    try:
        values: dict[str, Any] = {key: settings[key] for key in ENV_KEYS if key in settings}
        config = Config(**values)
    except ValidationError as invalid:
        problems += [
            _to_setting_problem(error["loc"], error.get("ctx", {}), error["msg"]) for error in invalid.errors()
        ]
    if problems:
        raise ConfigError(problems)
    return config


def read_dotenv(path: Path) -> tuple[dict[str, str], list[SettingProblem]]:
    """The values of a `.env` file, with no `$NAME` replaced, and the problems of the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}, []
    except UnicodeDecodeError:
        return {}, [SettingProblem(".env", "this file is not UTF-8 text", "Save it as UTF-8")]
    except OSError as error:
        return {}, [SettingProblem(".env", f"this file cannot be read ({error.strerror})", "Let this user read it")]
    bindings = [binding for binding in parse_stream(StringIO(text)) if binding.error or binding.key]
    broken = [binding.original.line for binding in bindings if binding.error or binding.value is None]
    return (
        {binding.key: binding.value for binding in bindings if binding.key and binding.value and binding.value.strip()},
        [SettingProblem(".env", f"line {number} cannot be read", "Write it as KEY=value") for number in broken],
    )


def _find_unknown_keys(settings: Mapping[str, str]) -> list[SettingProblem]:
    ours = [key for key in settings if key.upper().startswith(ENV_PREFIX) and not key.startswith(TEST_ENV_PREFIX)]
    return [_unknown_key_problem(key) for key in sorted(ours) if key not in ENV_KEYS]


def _unknown_key_problem(key: str) -> SettingProblem:
    # Compared without the common prefix, which would make all keys look alike.
    ends = [known.removeprefix(ENV_PREFIX) for known in ENV_KEYS if known.startswith(ENV_PREFIX)]
    near = get_close_matches(key.upper().removeprefix(ENV_PREFIX), ends, n=1)
    remedy = f"Did you mean {ENV_PREFIX}{near[0]}?" if near else "See .env.example for all there are"
    return SettingProblem(key, "there is no such key", remedy)


def _to_setting_problem(where: tuple[int | str, ...], context: Mapping[str, Any], message: str) -> SettingProblem:
    """An error of pydantic as a problem; the errors of our own checks contain their remedy."""
    return SettingProblem(str(where[0]), context.get("wrong", message), context.get("mend", "See .env.example"))


def render_env_example() -> str:
    """The text of `.env.example`: every key with what it is for and its default."""
    head = "# The settings of stalemate. Copy this file to .env; the environment wins over it. Empty counts as unset.\n"
    return head + "".join(
        _render_env_setting(str(field.alias), str(field.description), field.default)
        for field in Config.model_fields.values()
    )


def _render_env_setting(key: str, description: str, default: object) -> str:
    comment = textwrap.fill(description, 110, initial_indent="# ", subsequent_indent="# ")
    shown = default if isinstance(default, str | int) else ""
    return f"\n{comment}\n{key}={shown}\n"


if __name__ == "__main__":
    sys.stdout.write(render_env_example())
