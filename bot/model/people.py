"""Who there is: members, their platforms, the host."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """Whose book it is: a person on one platform. Equal user numbers on two platforms or teams are two people."""

    platform: str
    user: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who speaks, with what the platform tells about them; `zone` and `language` are empty when it does not.

    `likely`: the zone in which nearly all live who use this platform in their language, where there is such a one.
    """

    address: Address
    zone: str = ""
    language: str = ""
    likely: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the member's platform tells of them, as it was told last; empty where it tells nothing.

    `left`: since when their account is closed (UTC). `likely`: a guess at their zone; see `Actor`.
    """

    zone: str = ""
    language: str = ""
    left: datetime | None = None
    likely: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """The host's name, and the defaults for members who have not told theirs. `country`: ISO 3166-1, or empty."""

    zone: str
    country: str = ""
    host: str = ""
