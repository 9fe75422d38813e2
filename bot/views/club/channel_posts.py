"""Cards for a club's channel, which everyone there can read: rounded counts, and what members chose to share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.club import statistics
from bot.club.introductions import QUESTION_OPEN_PERIOD, find_open_questions, find_question
from bot.club.meeting import meeting_calendar, today_in_meeting_zone
from bot.domain.messages import Card, Field, Line, format_line
from bot.domain.model import (
    Club,
    DigestSubject,
    IntroductionSubject,
    Post,
    Pulse,
    Question,
    QuestionSubject,
    WinOrTip,
    WinSubject,
)
from bot.text import dates
from bot.text.i18n import _, ngettext
from bot.views import phrases
from bot.views.buttons import command_button, primary_button

MAX_DIGEST_QUESTIONS = 2
MAX_DIGEST_WINS = 5
MAX_DIGEST_QUESTION_CHARS = 80
MAX_DIGEST_WIN_CHARS = 280


def introduction_post_card(club: Club) -> Card:
    """Says what the bot is, what it posts and what it never posts. Nobody is a member before they join."""
    return Card(
        lines=(
            format_line(_("Hello. I keep track of whose turn it is with each member's contacts, in private.")),
            format_line(_("Here I post counts of us all, and what members choose to share.")),
            format_line(_("I never post a name from your board, and count nobody who didn't ask to be.")),
        ),
        fields=(
            Field(
                _("Each {day}").format(day=phrases.weekday_phrase(club.meeting.weekday)),
                (_("our week together, in a few lines"),),
            ),
            Field(_("Counts"), (_("begin at five members, and are rounded"),)),
            Field(_("Yours alone"), (_("your board, your notes and all your reminders"),)),
        ),
        buttons=(
            primary_button(_("Count me in"), "join"),
            command_button(_("Who can read this?"), "clubwho"),
        ),
    )


def question_post_card(club_question: Question) -> Card:
    headline = (
        format_line(_("Does anyone here know someone at {company}?"), company=club_question.company)
        if club_question.company
        else format_line(_("Does anyone here know someone who could help?"))
    )
    return Card(
        lines=(
            format_line(_("A member asks, and I keep their name until they say so.")),
            headline,
            phrases.quotation_line(club_question.about),
        ),
        buttons=(command_button(_("I may know someone"), "mayknow", ask=club_question.id),),
    )


def win_post_card(win: WinOrTip) -> Card:
    who = format_line(_("Good news from {name}, in their own words:"), name=win.author_name)
    return Card(
        lines=(
            who if win.author_name else format_line(_("Good news from one of us, in their own words:")),
            phrases.quotation_line(win.text),
        ),
        buttons=(command_button(_("Share good news"), "win"),),
    )


def digest_post_card(club: Club, day: date, pulse: Pulse | None, now: datetime) -> Card | None:
    """The digest of the meeting on `day`. `pulse`: what may be shown. None for a second empty week in a row."""
    wins, questions = find_digest_wins(club, now), find_open_questions(club, now)
    counts_line = _digest_counts_line(pulse)
    if not (counts_line or wins or questions):
        return _quiet_digest_card() if club.quiet_digest_day in (None, day) else None
    return Card(
        lines=(
            format_line(_("Our week together.")),
            *((counts_line,) if counts_line else ()),
            format_line(_("What worked for you this week?")),
        ),
        fields=(
            *(_digest_win_field(win) for win in wins),
            *(
                _digest_question_field(club, question, now, number)
                for number, question in _number_digest_questions(questions)
            ),
        ),
        buttons=(
            command_button(_("What worked for me"), "tip"),
            *(
                command_button(_help_button_label(question, number), "mayknow", ask=question.id)
                for number, question in _number_digest_questions(questions)
            ),
            command_button(_("My club"), "club"),
        ),
    )


def is_quiet_digest(club: Club, pulse: Pulse | None, now: datetime) -> bool:
    return not (_digest_counts_line(pulse) or find_digest_wins(club, now) or find_open_questions(club, now))


def find_digest_wins(club: Club, now: datetime) -> list[WinOrTip]:
    return [win for win in club.wins if now - win.shared_at < statistics.STATISTICS_PERIOD][-MAX_DIGEST_WINS:]


def _quiet_digest_card() -> Card:
    return Card(
        lines=(
            format_line(_("Our week together.")),
            format_line(_("Whatever your week was like, it counts. I hope it left you some rest.")),
            format_line(_("What worked for you lately?")),
        ),
        buttons=(command_button(_("What worked for me"), "tip"), command_button(_("My club"), "club")),
    )


def _digest_counts_line(pulse: Pulse | None) -> Line:
    parts = [
        figure_phrase(name, value) for name, value in (pulse.figures if pulse else ()) if name in statistics.SUM_FIGURES
    ]
    return (
        format_line(_("Together we {what}; each one counts."), what=phrases.join_names_phrase(parts)) if parts else ()
    )


def figure_phrase(name: str, value: int) -> str:
    """A count as a phrase, such as "took about 25 steps"."""
    texts = {
        statistics.FIGURE_STEPS: ngettext("took about {count} step", "took about {count} steps", value),
        statistics.FIGURE_ANSWERS: ngettext("heard about {count} answer", "heard about {count} answers", value),
        statistics.FIGURE_CALLS: ngettext("had about {count} call", "had about {count} calls", value),
    }
    return texts[name].format(count=value)


def _digest_win_field(win: WinOrTip) -> Field:
    text = win.text if len(win.text) <= MAX_DIGEST_WIN_CHARS else win.text[: MAX_DIGEST_WIN_CHARS - 1] + "…"
    return Field(win.author_name or _("One of us"), (text,))


def _number_digest_questions(questions: Sequence[Question]) -> list[tuple[int, Question]]:
    """The questions shown, numbered from 1. A single question has the number 0 and is shown without it."""
    return (
        list(enumerate(questions[:MAX_DIGEST_QUESTIONS], 1))
        if len(questions) > 1
        else [(0, question) for question in questions]
    )


def _digest_question_field(club: Club, question: Question, now: datetime, number: int) -> Field:
    closes = meeting_calendar(club).day_of(question.asked_at + QUESTION_OPEN_PERIOD)
    about = (
        question.about
        if len(question.about) <= MAX_DIGEST_QUESTION_CHARS
        else question.about[: MAX_DIGEST_QUESTION_CHARS - 1] + "…"
    )
    what = f"{question.company}: {about}" if question.company else about
    day = dates.format_date(closes, today_in_meeting_zone(club, now))
    label = _("Question {number}").format(number=number) if number else _("Looking for someone")
    return Field(label, (_("{what}; open until {day}").format(what=what, day=day),))


def _help_button_label(question: Question, number: int) -> str:
    if number:
        return _("I may help with question {number}").format(number=number)
    return (
        _("I know someone at {company}").format(company=question.company[:20])
        if question.company
        else _("I may know someone")
    )


def channel_post_card(club: Club, post: Post, pulse: Pulse | None, now: datetime) -> Card | None:
    """The card of a post, or None if there is nothing to post any more."""
    match post.subject:
        case IntroductionSubject():
            return introduction_post_card(club)
        case DigestSubject(day):
            return digest_post_card(club, day, pulse, now)
        case QuestionSubject(question_id):
            question = find_question(club, question_id)
            return question_post_card(question) if question else None
        case WinSubject(win_id):
            win = next((win for win in club.wins if win.id == win_id), None)
            return win_post_card(win) if win else None


def sample_post_fields(club: Club, now: datetime) -> Sequence[Field]:
    """A made-up example of each kind of post, for the member who sets up the club."""
    sample_question = Question(
        id="",
        asker=club.facilitator,
        company=_("Acme"),
        about=_("I'd like to hear how their design team works."),
        asked_at=now,
    )
    sample_win = WinOrTip(
        id="", author=club.facilitator, text=_("Somebody I had waited for wrote back today."), shared_at=now
    )
    pulse = Pulse(
        counted_at=now, counted_from=now, figures=((statistics.FIGURE_STEPS, 25), (statistics.FIGURE_ANSWERS, 10))
    )
    sample_cards = {
        _("Introduction"): introduction_post_card(club),
        _("Question"): question_post_card(sample_question),
        _("Good news"): win_post_card(sample_win),
        _("Week"): Card(
            lines=(
                format_line(_("Our week together.")),
                _digest_counts_line(pulse),
                format_line(_("What worked for you this week?")),
            )
        ),
    }
    return [Field(label, (card.text(),)) for label, card in sample_cards.items()]
