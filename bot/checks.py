"""What a setting's value must look like. Each check raises with what is wrong and the mend, never with a secret."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError
from tzlocal import get_localzone_name

from bot.workdays import country_code, is_zone

LEVELS = ("debug", "info", "warning", "error")
HOST_NAME_LENGTH = 100


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


def seconds(value: object) -> int:
    if re.fullmatch(r"[0-9]{1,4}", str(value)) and 1 <= int(str(value)) <= 3600:
        return int(str(value))
    raise _bad(f"{value!r} is not a number of seconds that will do", "Give a whole number from 1 to 3600")


def level(value: str) -> str:
    if value.lower() in LEVELS:
        return value.lower()
    raise _bad(f"{value!r} is no level", f"Give one of {', '.join(LEVELS)}")


def host_name(value: str) -> str:
    if value.isprintable() and len(value) <= HOST_NAME_LENGTH:
        return value
    raise _bad("this name cannot be shown", f"Give one line of at most {HOST_NAME_LENGTH} characters")


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
Seconds = Annotated[int, BeforeValidator(seconds)]
Level = Annotated[str, AfterValidator(level)]
HostName = Annotated[str, AfterValidator(host_name)]
Url = Annotated[str, AfterValidator(url)]
BotToken = Annotated[
    SecretStr, AfterValidator(_shaped(r"xoxb-[\w-]+", "a Slack bot token", "Copy the one that begins with xoxb-"))
]
AppToken = Annotated[
    SecretStr, AfterValidator(_shaped(r"xapp-[\w-]+", "a Slack app token", "Copy the one that begins with xapp-"))
]
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
