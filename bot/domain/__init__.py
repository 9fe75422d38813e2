"""Records, the calendar, neutral messages, errors and ports. Every other package builds on this one."""
