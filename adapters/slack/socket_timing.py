"""How long Socket Mode waits for what. A number behind # is an issue of slackapi/python-slack-sdk."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.common.supervisor import ReconnectTiming


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketTiming(ReconnectTiming):
    """All in seconds. With the defaults a socket is back at most 25 seconds after its peer is."""

    retry_seconds: float = 0.5
    max_retry_seconds: float = 10.0
    ping_seconds: float = 5.0  # a peer that is silent for one and a half of these is gone
    open_seconds: float = 10.0  # limit for getting an address, connecting and being greeted
    max_age_seconds: float = 3600.0  # an older socket is replaced: some stay open and bring nothing (#1701)
    handover_seconds: float = 1.0  # to read on when another socket is open: what Slack sent before it knew of that
    drain_seconds: float = 3.0  # to wait for events in progress; Slack itself waits no longer
    goodbye_seconds: float = 1.0  # to wait for the peer's part of the closing handshake
