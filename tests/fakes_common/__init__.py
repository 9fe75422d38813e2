"""What the fake Slack and the fake Discord have in common: a server on loopback, its clock, and how it can fail."""
