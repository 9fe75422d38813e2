"""The article's rules: whose turn it is, what is allowed and when, and who else there is.

Pure functions of records and a moment. The four rules: limit your follow-up; don't get pushy; be patient; don't put
all your eggs in one basket.
"""

from bot.rules.stage import (
    Brake,
    Stage,
    Standing,
    Window,
    brake,
    held_until,
    may_ask_introducer,
    news_allowed,
    standing,
    tightened,
)
from bot.rules.suggestions import Basket, Reason, Suggestion, basket, others
from bot.rules.thread import Episode, Thread, read, waited_for

__all__ = [
    "Basket",
    "Brake",
    "Episode",
    "Reason",
    "Stage",
    "Standing",
    "Suggestion",
    "Thread",
    "Window",
    "basket",
    "brake",
    "held_until",
    "may_ask_introducer",
    "news_allowed",
    "others",
    "read",
    "standing",
    "tightened",
    "waited_for",
]
