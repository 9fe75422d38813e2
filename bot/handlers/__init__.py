"""What each command does: a desk and its arguments in, an answer out. Pure; the dispatcher reads and saves."""
