"""All texts of a club, in its channel and in private messages."""
