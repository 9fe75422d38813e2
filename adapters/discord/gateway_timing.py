"""How long the connection to Discord's gateway waits for what."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.common.supervisor import ReconnectTiming


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayTiming(ReconnectTiming):
    """All in seconds."""

    max_refused_retry_seconds: float = 60.0
    connect_timeout: float = 30.0  # for the gateway address and the connection, and again for the greeting
    silence_timeout: float = 25.0  # a connection on which nothing was received for so long is considered dead
    session_seconds: float = 60.0  # a lost session is resumed at least that long
