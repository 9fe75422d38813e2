"""Discord, through discord.py: what is read, what is drawn, and how the bot is reached there."""
