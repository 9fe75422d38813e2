"""Records, the calendar, messages, errors and ports: what everything else is built on."""
