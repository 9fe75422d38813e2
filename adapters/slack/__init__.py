"""Slack: ephemeral responses, direct messages with buttons, modals, the home of the app, posts in club channels."""
