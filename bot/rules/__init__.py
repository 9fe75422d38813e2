"""The article's rules: whose turn it is, what is allowed and when, and who else there is.

Pure functions of records and a moment. The four rules: limit your follow-up; don't get pushy; be patient; don't put
all your eggs in one basket.
"""

from bot.rules.stage import (
    BrakeReason,
    ContactStatus,
    Stage,
    WaitWindow,
    contact_status,
    effective_quota,
    find_brake_reason,
    may_ask_introducer,
    may_write_with_news,
    wait_held_until,
)
from bot.rules.suggestions import Basket, Suggestion, SuggestionReason, find_contact_suggestions, measure_basket
from bot.rules.thread import Episode, Thread, is_waiting_for_answer, read_timeline

__all__ = [
    "Basket",
    "BrakeReason",
    "ContactStatus",
    "Episode",
    "Stage",
    "Suggestion",
    "SuggestionReason",
    "Thread",
    "WaitWindow",
    "contact_status",
    "effective_quota",
    "find_brake_reason",
    "find_contact_suggestions",
    "is_waiting_for_answer",
    "may_ask_introducer",
    "may_write_with_news",
    "measure_basket",
    "read_timeline",
    "wait_held_until",
]
