"""Discord: slash commands, answers for one member alone, direct messages with buttons, modals."""
