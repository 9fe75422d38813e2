"""Handlers of the commands about a club, for members and facilitators."""
