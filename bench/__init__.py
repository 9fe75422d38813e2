"""How fast the bot is, each time beside what it is compared with. No test: nothing here passes or fails."""
