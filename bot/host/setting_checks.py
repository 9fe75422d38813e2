"""Checks of each setting, and of those that belong together. A problem comes with its remedy, never with a secret."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError
from tzlocal import get_localzone_name

from bot.domain.calendar import find_country_code, is_time_zone

LOG_LEVELS = ("debug", "info", "warning", "error")
SLACK_MODES = ("socket", "http")
SLACK_TOKEN_KINDS = {"xoxb-": ("bot token", "SLACK_BOT_TOKEN"), "xapp-": ("app-level token", "SLACK_APP_TOKEN")}
SLACK_MODE_KEYS = {
    "socket": ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
    "http": ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"),
}
SLACK_SECRET_KEYS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
MAX_HOST_NAME_CHARS = 100
MAX_SHARDS = 200  # Discord docs, Gateway, Sharding: at most 2,500 servers each; nobody's club has more


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One problem of the settings. Neither sentence contains a secret."""

    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}. {self.remedy}" + ("" if self.remedy.endswith("?") else ".")


def _setting_error(message: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError("setting", "{wrong}", {"wrong": message, "mend": remedy})


def check_store_url(value: str) -> str:
    if "\0" in value or "//" in value or len(value) > 200:
        raise _setting_error(
            "this cannot be a folder", "Give tinydb:FOLDER with a short path, or memory: to keep nothing"
        )
    if value == "memory:" or value.removeprefix("tinydb:") not in ("", value):
        return value
    # The value is not repeated: the address of a database may contain a password.
    raise _setting_error("this kind of store is not known", "Give tinydb:FOLDER, or memory: to keep nothing")


def check_zone(value: str) -> str:
    if is_time_zone(value):
        return value
    folded = {name.casefold(): name for name in available_timezones()}
    near = get_close_matches(value.casefold(), folded, n=1)
    remedy = f"Did you mean {folded[near[0]]}?" if near else "Give an IANA name, such as Europe/Berlin"
    raise _setting_error(f"{value!r} is no time zone", remedy)


def check_country(value: str) -> str:
    if code := find_country_code(value):
        return code
    raise _setting_error(f"no holidays are known for {value!r}", "Give the two letters of ISO 3166-1, such as US or GB")


def _whole_number_check(maximum: int, complaint: str) -> Callable[[object], int]:
    """A check of a whole number from 1 to `maximum`."""

    def check(value: object) -> int:
        if re.fullmatch(r"[0-9]{1,5}", str(value)) and 1 <= int(str(value)) <= maximum:
            return int(str(value))
        raise _setting_error(f"{value!r} is {complaint}", f"Give a whole number from 1 to {maximum}")

    return check


def _allowed_words_check(words: Sequence[str], noun: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value.lower() in words:
            return value.lower()
        raise _setting_error(f"{value!r} is no {noun}", f"Give one of {', '.join(words)}")

    return check


def check_host_name(value: str) -> str:
    if value.isprintable() and len(value) <= MAX_HOST_NAME_CHARS:
        return value
    raise _setting_error("this name cannot be shown", f"Give one line of at most {MAX_HOST_NAME_CHARS} characters")


def check_http_host(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:]+", value):
        return value
    raise _setting_error(
        "this is no address to listen at", "Give 127.0.0.1, or 0.0.0.0 for every address of this machine"
    )


def check_web_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme in ("http", "https") and parts.hostname:
        return value
    raise _setting_error("this is no web address", "Leave it out, or give one that begins with https://")


def _secret_pattern_check(pattern: str, noun: str, remedy: str) -> Callable[[SecretStr], SecretStr]:
    """A check of a secret's shape that never repeats the secret."""

    def check(value: SecretStr) -> SecretStr:
        if re.fullmatch(pattern, value.get_secret_value()):
            return value
        raise _setting_error(f"this does not look like {noun}", remedy)

    return check


def _slack_token_check(prefix: str) -> Callable[[SecretStr], SecretStr]:
    """A check that also recognises Slack's other kind of token, since the two are easily swapped."""
    name, key = SLACK_TOKEN_KINDS[prefix]
    shaped = _secret_pattern_check(rf"{prefix}[\w-]+", f"Slack's {name}", f"Copy the one that begins with {prefix}")

    def check(value: SecretStr) -> SecretStr:
        for other, (its_name, its_key) in SLACK_TOKEN_KINDS.items():
            if its_key != key and value.get_secret_value().startswith(other):
                raise _setting_error(
                    f"this is Slack's {its_name}", f"Put it into {its_key}; here goes the {name}, {prefix}…"
                )
        return shaped(value)

    return check


def check_discord_server_id(value: object) -> int:
    if re.fullmatch(r"[0-9]{15,20}", str(value)):
        return int(str(value))
    raise _setting_error(
        f"{value!r} is no id of a server",
        "In Discord switch on User Settings, Advanced, Developer Mode; right-click the server, Copy Server ID",
    )


def check_slack_keys(settings: Mapping[str, str]) -> list[SettingProblem]:
    """A Slack mode needs all of its keys; without any of them Slack is not served, which is no problem."""
    mode = settings.get("SLACK_MODE", "").strip().lower() or "socket"
    needed = SLACK_MODE_KEYS.get(mode, ())
    present = [key for key in SLACK_SECRET_KEYS if key in settings]
    if not present:
        return []
    remedy = f"Set it too, {_complete_slack_mode_hint(settings)}or leave {' and '.join(present)} empty"
    return [SettingProblem(key, f"Slack's {mode} mode needs it", remedy) for key in needed if key not in settings]


def _complete_slack_mode_hint(settings: Mapping[str, str]) -> str:
    """A hint at the mode whose keys are all set; empty when there is none."""
    complete = [mode for mode, needed in SLACK_MODE_KEYS.items() if all(key in settings for key in needed)]
    return f"set SLACK_MODE={complete[0]}, " if complete else ""


@cache
def machine_zone() -> str:
    """The machine's own IANA zone, or an empty text when it reports none."""
    try:
        name = get_localzone_name() or ""
    except (OSError, KeyError):  # several settings of the machine that contradict one another
        return ""
    return name if is_time_zone(name) else ""


StoreUrlSetting = Annotated[str, AfterValidator(check_store_url)]
ZoneSetting = Annotated[str, AfterValidator(check_zone)]
CountrySetting = Annotated[str, AfterValidator(check_country)]
SecondsSetting = Annotated[int, BeforeValidator(_whole_number_check(3600, "not a number of seconds that will do"))]
LogLevelSetting = Annotated[str, AfterValidator(_allowed_words_check(LOG_LEVELS, "level"))]
HostNameSetting = Annotated[str, AfterValidator(check_host_name)]
HttpHostSetting = Annotated[str, AfterValidator(check_http_host)]
PortSetting = Annotated[int, BeforeValidator(_whole_number_check(65535, "no port"))]
DiscordServerSetting = Annotated[int, BeforeValidator(check_discord_server_id)]
ShardsSetting = Annotated[
    int, BeforeValidator(_whole_number_check(MAX_SHARDS, "no number of connections that will do"))
]
UrlSetting = Annotated[str, AfterValidator(check_web_url)]
SlackModeSetting = Annotated[str, AfterValidator(_allowed_words_check(SLACK_MODES, "mode"))]
SlackBotTokenSetting = Annotated[SecretStr, AfterValidator(_slack_token_check("xoxb-"))]
SlackAppTokenSetting = Annotated[SecretStr, AfterValidator(_slack_token_check("xapp-"))]
SlackSigningSecretSetting = Annotated[
    SecretStr,
    AfterValidator(
        _secret_pattern_check(
            r"[0-9a-f]{32}", "a Slack signing secret", "Copy its 32 letters and digits from Basic Information"
        )
    ),
]
DiscordTokenSetting = Annotated[
    SecretStr,
    AfterValidator(
        _secret_pattern_check(
            r"[\w-]+\.[\w-]+\.[\w-]+", "a Discord bot token", "Copy it from the Bot page; it has two dots in it"
        )
    ),
]
