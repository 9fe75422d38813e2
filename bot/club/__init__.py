"""What a club does, as pure functions: time and records come in, records come out."""
