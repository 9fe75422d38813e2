"""Discord: answers for one member alone, direct messages with buttons, modals, commands that suggest what is meant."""
