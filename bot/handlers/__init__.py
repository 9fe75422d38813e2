"""What each command does: a context and its arguments in, an answer out. Pure; the dispatcher reads and saves."""
