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
class ClubKey:
    """Which club: one for each workspace of Slack (`team` is its id) and each server of Discord (its id)."""

    platform: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class ClubChannel:
    """A channel of a club: `channel` is the platform's id of it."""

    club: ClubKey
    channel_id: str

    @property
    def platform(self) -> str:
        return self.club.platform


@dataclass(frozen=True, slots=True)
class Actor:
    """Who speaks, with what the platform tells about them; what it does not tell is empty.

    `likely`: the zone in which nearly all live who use this platform in their language, where there is such a one.
    `name`: as others see them. `club`: the workspace or server in which they speak; None in Discord's direct messages.
    `leads`: whether they may set it up: an admin of the workspace, or one who may manage the server. `room`: the id of
    the club's channel in which they speak; empty in private.
    """

    address: Address
    zone: str = ""
    language: str = ""
    likely_zone: str = ""
    display_name: str = ""
    club: ClubKey | None = None
    may_set_up_club: bool = False
    club_channel_id: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the member's platform tells of them, as it was told last; empty where it tells nothing.

    `left`: since when their account is closed (UTC). `likely`: a guess at their zone; see `Actor`.
    """

    zone: str = ""
    language: str = ""
    account_closed_at: datetime | None = None
    likely_zone: str = ""


@dataclass(frozen=True, slots=True)
class HostDefaults:
    """The host's name, and the defaults for members who have not told theirs. `country`: ISO 3166-1, or empty."""

    zone: str
    country: str = ""
    host_name: str = ""
