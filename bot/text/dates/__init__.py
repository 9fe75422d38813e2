"""Parse typed dates and times in the member's zone, and format instants and days as text.

Every instant is aware and in UTC. Texts above 100 characters are rejected without parsing. Whatever the text, the
parsers raise only AmbiguousTime, for several possible meanings, and BadValue, with the reason UNCLEAR_TIME,
HOUR_MISSING, IN_PAST or IN_FUTURE (instants may be a minute off), TOO_FAR or, from `parse_hour`, UNCLEAR_HOUR.
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
