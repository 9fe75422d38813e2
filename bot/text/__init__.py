"""From typed text to values and back: lines, names, dates, time zones, languages."""
