"""People's words about time, read in the member's zone, and instants said in words.

Every instant is aware and in UTC; texts above 100 characters are refused unread. What cannot be read raises BadValue
with
one of the reasons below, what means several moments raises AmbiguousTime; nothing else is raised, whatever the text.

- "unclear time": not understood, or a guess would be needed
- "needs an hour": a day where a moment was asked for
- "past", "future": on the wrong side of now, by more than a minute
- "too far": before 2000, or more than ten years ahead
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
