"""The Discord adapter, built on discord.py: inbound events, rendering, delivery and the gateway connection."""
