"""What a setting must look like, and which go together. What is wrong is told with its mend, never with a secret."""

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

from bot.domain.calendar import country_code, is_zone

LEVELS = ("debug", "info", "warning", "error")
SLACK_MODES = ("socket", "http")
SLACK_TOKENS = {"xoxb-": ("bot token", "SLACK_BOT_TOKEN"), "xapp-": ("app-level token", "SLACK_APP_TOKEN")}
SLACK_NEEDS = {
    "socket": ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
    "http": ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"),
}
SLACK_SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
HOST_NAME_LENGTH = 100
MOST_SHARDS = 200  # Discord docs, Gateway, Sharding: at most 2,500 servers each; nobody's club has more


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. Neither sentence holds a secret."""

    key: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        return f"{self.key}: {self.wrong}. {self.mend}" + ("" if self.mend.endswith("?") else ".")


def _bad(wrong: str, mend: str) -> PydanticCustomError:
    return PydanticCustomError("setting", "{wrong}", {"wrong": wrong, "mend": mend})


def store(value: str) -> str:
    if "\0" in value or "//" in value or len(value) > 200:
        raise _bad("this cannot be a folder", "Give tinydb:FOLDER with a short path, or memory: to keep nothing")
    if value == "memory:" or value.removeprefix("tinydb:") not in ("", value):
        return value
    # The value is not repeated: an address of a database may hold a password.
    raise _bad("this kind of store is not known", "Give tinydb:FOLDER, or memory: to keep nothing")


def zone(value: str) -> str:
    if is_zone(value):
        return value
    folded = {name.casefold(): name for name in available_timezones()}
    near = get_close_matches(value.casefold(), folded, n=1)
    mend = f"Did you mean {folded[near[0]]}?" if near else "Give an IANA name, such as Europe/Berlin"
    raise _bad(f"{value!r} is no time zone", mend)


def country(value: str) -> str:
    if code := country_code(value):
        return code
    raise _bad(f"no holidays are known for {value!r}", "Give the two letters of ISO 3166-1, such as US or GB")


def _whole(most: int, what: str) -> Callable[[object], int]:
    """A check of a whole number from 1 to `most`."""

    def check(value: object) -> int:
        if re.fullmatch(r"[0-9]{1,5}", str(value)) and 1 <= int(str(value)) <= most:
            return int(str(value))
        raise _bad(f"{value!r} is {what}", f"Give a whole number from 1 to {most}")

    return check


def _one_of(words: Sequence[str], what: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value.lower() in words:
            return value.lower()
        raise _bad(f"{value!r} is no {what}", f"Give one of {', '.join(words)}")

    return check


def host_name(value: str) -> str:
    if value.isprintable() and len(value) <= HOST_NAME_LENGTH:
        return value
    raise _bad("this name cannot be shown", f"Give one line of at most {HOST_NAME_LENGTH} characters")


def http_host(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:]+", value):
        return value
    raise _bad("this is no address to listen at", "Give 127.0.0.1, or 0.0.0.0 for every address of this machine")


def url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme in ("http", "https") and parts.hostname:
        return value
    raise _bad("this is no web address", "Leave it out, or give one that begins with https://")


def _shaped(pattern: str, what: str, mend: str) -> Callable[[SecretStr], SecretStr]:
    """A check of a secret's shape that never repeats the secret."""

    def check(value: SecretStr) -> SecretStr:
        if re.fullmatch(pattern, value.get_secret_value()):
            return value
        raise _bad(f"this does not look like {what}", mend)

    return check


def _slack_token(begins: str) -> Callable[[SecretStr], SecretStr]:
    """A check that tells the two kinds of token apart, since they are easily swapped."""
    name, key = SLACK_TOKENS[begins]
    shaped = _shaped(rf"{begins}[\w-]+", f"Slack's {name}", f"Copy the one that begins with {begins}")

    def check(value: SecretStr) -> SecretStr:
        for other, (its_name, its_key) in SLACK_TOKENS.items():
            if its_key != key and value.get_secret_value().startswith(other):
                raise _bad(f"this is Slack's {its_name}", f"Put it into {its_key}; here goes the {name}, {begins}…")
        return shaped(value)

    return check


def server(value: object) -> int:
    if re.fullmatch(r"[0-9]{15,20}", str(value)):
        return int(str(value))
    raise _bad(
        f"{value!r} is no id of a server",
        "In Discord switch on User Settings, Advanced, Developer Mode; right-click the server, Copy Server ID",
    )


def halves(given: Mapping[str, str]) -> list[Problem]:
    """A mode of Slack needs all of its tokens; without any token Slack is not served."""
    mode = given.get("SLACK_MODE", "").strip().lower() or "socket"
    needed = SLACK_NEEDS.get(mode, ())
    present = [key for key in SLACK_SECRETS if key in given]
    if not present:
        return []
    mend = f"Set it too, {_other_mode(given)}or leave {' and '.join(present)} empty"
    return [Problem(key, f"Slack's {mode} mode needs it", mend) for key in needed if key not in given]


def _other_mode(given: Mapping[str, str]) -> str:
    """The mode for which everything is there already."""
    complete = [mode for mode, needed in SLACK_NEEDS.items() if all(key in given for key in needed)]
    return f"set SLACK_MODE={complete[0]}, " if complete else ""


@cache
def machine_zone() -> str:
    """The machine's own IANA zone, or an empty text when it does not tell one."""
    try:
        name = get_localzone_name() or ""
    except (OSError, KeyError):  # several settings of the machine that contradict one another
        return ""
    return name if is_zone(name) else ""


Store = Annotated[str, AfterValidator(store)]
Zone = Annotated[str, AfterValidator(zone)]
Country = Annotated[str, AfterValidator(country)]
Seconds = Annotated[int, BeforeValidator(_whole(3600, "not a number of seconds that will do"))]
Level = Annotated[str, AfterValidator(_one_of(LEVELS, "level"))]
HostName = Annotated[str, AfterValidator(host_name)]
HttpHost = Annotated[str, AfterValidator(http_host)]
Port = Annotated[int, BeforeValidator(_whole(65535, "no port"))]
Server = Annotated[int, BeforeValidator(server)]
Shards = Annotated[int, BeforeValidator(_whole(MOST_SHARDS, "no number of connections that will do"))]
Url = Annotated[str, AfterValidator(url)]
SlackMode = Annotated[str, AfterValidator(_one_of(SLACK_MODES, "mode"))]
BotToken = Annotated[SecretStr, AfterValidator(_slack_token("xoxb-"))]
AppToken = Annotated[SecretStr, AfterValidator(_slack_token("xapp-"))]
SigningSecret = Annotated[
    SecretStr,
    AfterValidator(
        _shaped(r"[0-9a-f]{32}", "a Slack signing secret", "Copy its 32 letters and digits from Basic Information")
    ),
]
DiscordToken = Annotated[
    SecretStr,
    AfterValidator(
        _shaped(r"[\w-]+\.[\w-]+\.[\w-]+", "a Discord bot token", "Copy it from the Bot page; it has two dots in it")
    ),
]
