"""Shared by the chat platforms: rate limits, background tasks, conversations, deadlines, text cleaning."""
