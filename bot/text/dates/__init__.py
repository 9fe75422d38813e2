"""People's words about time, read in the member's zone, and instants said in words.

Every instant is aware and in UTC; texts above 100 characters are refused unread. What cannot be read raises BadValue
with
one of the reasons below, what means several moments raises AmbiguousTime; nothing else is raised, whatever the text.

- "unclear time": not understood, or a guess would be needed
- "needs an hour": a day where a moment was asked for
- "past", "future": on the wrong side of now, by more than a minute
- "too far": before 2000, or more than ten years ahead
"""

from bot.text.dates.format import instant, say_date, say_iso, say_moment
from bot.text.dates.hours import hour
from bot.text.dates.parse import ahead, day, moment
from bot.text.dates.spans import span

__all__ = ["ahead", "day", "hour", "instant", "moment", "say_date", "say_iso", "say_moment", "span"]
