"""The four rules: whose turn it is, what is allowed and when, and which other contacts to turn to.

All functions are pure: their arguments are records and the current time. The rules: (1) limit your follow-up;
(2) don't get pushy; (3) be patient; (4) don't put all your eggs in one basket.
"""

from bot.rules.fold import is_waiting_for_answer, read_timeline
from bot.rules.stage import (
    BrakeReason,
    ContactStatus,
    Stage,
    contact_status,
    effective_quota,
    find_brake_reason,
    may_ask_introducer,
    may_write_with_news,
)
from bot.rules.suggestions import Basket, Suggestion, SuggestionReason, find_contact_suggestions, measure_basket
from bot.rules.thread import Episode, Thread
from bot.rules.wait import WaitWindow, wait_held_until

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
