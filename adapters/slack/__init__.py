"""Slack: answers for one member alone, direct messages with buttons, modals, the home of the app."""
