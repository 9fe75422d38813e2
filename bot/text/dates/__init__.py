"""Parse typed dates and times in the member's zone, and format instants and days as text.

Every instant is aware and in UTC. Texts above 100 characters are rejected without parsing. The parsers raise only
AmbiguousTime, for several possible meanings, and BadValue, with one of these reasons:

- "unclear time": not understood, or understood only by guessing
- "needs an hour": a day without an hour where an hour is required
- "past", "future": more than a minute in the past or the future, where the other side of now is required
- "too far": before the year 2000, or more than ten years ahead
- "hour": not one hour of the day (only `parse_hour`)
"""

from bot.text.dates.format import format_date, format_instant, format_iso_date, to_card_instant
from bot.text.dates.hours import parse_hour
from bot.text.dates.parse import parse_day, parse_instant, parse_time_from_now
from bot.text.dates.spans import parse_date_span

__all__ = [
    "format_date",
    "format_instant",
    "format_iso_date",
    "parse_date_span",
    "parse_day",
    "parse_hour",
    "parse_instant",
    "parse_time_from_now",
    "to_card_instant",
]
