"""Members, clubs and the host: their identities, and what the platform reports about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """A person on one platform: the owner of a book. Equal user ids on two platforms or teams are two people."""

    #: "slack", "discord" or "console".
    platform: str
    #: The platform's own id of the user.
    user: str
    #: The id of the Slack workspace. Empty on platforms whose user ids are unique everywhere.
    team: str = ""


@dataclass(frozen=True, slots=True)
class ClubKey:
    """Identifies a club: there is one for each Slack workspace and one for each Discord server."""

    platform: str
    #: The platform's id of the workspace or server.
    team: str = ""


@dataclass(frozen=True, slots=True)
class ClubChannel:
    """The channel in which a club posts."""

    club: ClubKey
    #: The platform's own id of the channel.
    channel_id: str

    @property
    def platform(self) -> str:
        return self.club.platform


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who sent an inbound event, with what the platform reports about them. Empty: not reported."""

    address: Address
    #: IANA zone.
    zone: str = ""
    #: BCP 47.
    language: str = ""
    #: IANA zone guessed from the language, where nearly all users of the platform in that language share one zone.
    likely_zone: str = ""
    #: The name that others see.
    display_name: str = ""
    #: The club of the workspace or server of the event. None in Discord's direct messages.
    club: ClubKey | None = None
    #: True for an admin of the workspace, and for a member who may manage the server.
    may_set_up_club: bool = False
    #: The platform's id of the shared channel of the event. Empty in private.
    club_channel_id: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the member's platform reported last about them. Empty: not reported."""

    #: IANA zone. A zone chosen in `Settings` takes precedence.
    zone: str = ""
    #: BCP 47. A language chosen in `Settings` takes precedence.
    language: str = ""
    #: When the platform account was found closed (UTC). None: it is open.
    account_closed_at: datetime | None = None
    #: A guessed IANA zone; see `Actor.likely_zone`.
    likely_zone: str = ""


@dataclass(frozen=True, slots=True)
class HostDefaults:
    """The host's name, and the defaults for members who chose nothing themselves."""

    #: IANA zone.
    zone: str
    #: ISO 3166-1 code, for public holidays. Empty: no holidays are known.
    country: str = ""
    #: The name by which members know the host. Empty: not configured.
    host_name: str = ""
