"""Handlers of the commands: pure functions from a context and arguments to a result. The dispatcher loads and saves."""
