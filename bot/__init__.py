"""The core: rules, texts and commands. It knows no chat platform, no database and no clock of its own."""
