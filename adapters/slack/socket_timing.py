"""How long Socket Mode waits for what. A number behind # is an issue of slackapi/python-slack-sdk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SocketTiming:
    """All in seconds. With the defaults a socket is back at most 25 seconds after its peer is."""

    ping_seconds: float = 5.0  # a peer that is silent for one and a half of these is gone
    check_seconds: float = 1.0  # how often the socket is checked
    open_seconds: float = 10.0  # limit for getting an address, connecting and being greeted
    retry_seconds: float = 0.5  # before the second try; doubled with each, up to `max_retry_seconds`
    max_retry_seconds: float = 10.0
    refused_retry_seconds: float = 60.0  # before a refused token is tried again; doubled likewise
    max_refused_retry_seconds: float = 600.0
    settled_seconds: float = 20.0  # a socket that lived shorter counts as a failed try
    max_age_seconds: float = 3600.0  # an older socket is replaced: some stay open and bring nothing (#1701)
    drain_seconds: float = 3.0  # to wait for events in progress; Slack itself waits no longer
    goodbye_seconds: float = 1.0  # to wait for the peer's part of the closing handshake
