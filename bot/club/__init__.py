"""The rules of a club as pure functions: they take records and the time (UTC), and return new records."""
