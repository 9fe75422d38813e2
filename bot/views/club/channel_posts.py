"""What is said in a club's channel, where all can read it: counts of many, and what members chose to share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.club import statistics
from bot.club.introductions import OPEN, find, open_asks
from bot.club.meeting import calendar, today
from bot.domain.messages import Card, Field, Line, line
from bot.domain.model import Ask, Club, Post, PostKind, Pulse, Shared
from bot.text import dates
from bot.text.i18n import _, ngettext
from bot.views import phrases

MOST_ASKS = 2
MOST_WINS = 5
ASKED = 80  # of a question
TOLD = 280  # characters of a win in the digest


def introduction(club: Club) -> Card:
    """Who I am, what I post and what I never post. Nobody is in before they say so."""
    return Card(
        lines=(
            line(_("Hello. I keep track of whose turn it is with each member's contacts, in private.")),
            line(_("Here I post counts of us all, and what members choose to share.")),
            line(_("I never post a name from your board, and count nobody who didn't ask to be.")),
        ),
        fields=(
            Field(
                _("Each {day}").format(day=phrases.weekday(club.meeting.day)), (_("our week together, in a few lines"),)
            ),
            Field(_("Counts"), (_("begin at five members, and are rounded"),)),
            Field(_("Yours alone"), (_("your board, your notes and all your reminders"),)),
        ),
        buttons=(phrases.press(_("Count me in"), "join"), phrases.press(_("Who can read this?"), "clubwho")),
    )


def ask(one: Ask) -> Card:
    question = (
        line(_("Does anyone here know someone at {company}?"), company=one.company)
        if one.company
        else line(_("Does anyone here know someone who could help?"))
    )
    return Card(
        lines=(line(_("A member asks, and I keep their name until they say so.")), question, phrases.said(one.about)),
        buttons=(phrases.press(_("I may know someone"), "mayknow", ask=one.id),),
    )


def win(one: Shared) -> Card:
    who = line(_("Good news from {name}, in their own words:"), name=one.name)
    return Card(
        lines=(who if one.name else line(_("Good news from one of us, in their own words:")), phrases.said(one.text)),
        buttons=(phrases.press(_("Share good news"), "win"),),
    )


def digest(club: Club, day: str, pulse: Pulse | None, now: datetime) -> Card | None:
    """The week together, of this meeting day. `pulse`: what may be shown. None for a second quiet week in a row."""
    wins, asks = wins_of_week(club, now), open_asks(club, now)
    counted = _counted(pulse)
    if not (counted or wins or asks):
        return _quiet() if club.hushed in ("", day) else None
    return Card(
        lines=(
            line(_("Our week together.")),
            *((counted,) if counted else ()),
            line(_("What worked for you this week?")),
        ),
        fields=(*(_win_row(one) for one in wins), *(_ask_row(club, one, now, at) for at, one in _numbered(asks))),
        buttons=(
            phrases.press(_("What worked for me"), "tip"),
            *(phrases.press(_help_label(one, at), "mayknow", ask=one.id) for at, one in _numbered(asks)),
            phrases.press(_("My club"), "club"),
        ),
    )


def is_quiet(club: Club, pulse: Pulse | None, now: datetime) -> bool:
    return not (_counted(pulse) or wins_of_week(club, now) or open_asks(club, now))


def wins_of_week(club: Club, now: datetime) -> list[Shared]:
    return [one for one in club.wins if now - one.at < statistics.WEEK][-MOST_WINS:]


def _quiet() -> Card:
    return Card(
        lines=(
            line(_("Our week together.")),
            line(_("Whatever your week was like, it counts. I hope it left you some rest.")),
            line(_("What worked for you lately?")),
        ),
        buttons=(phrases.press(_("What worked for me"), "tip"), phrases.press(_("My club"), "club")),
    )


def _counted(pulse: Pulse | None) -> Line:
    parts = [figure(name, value) for name, value in (pulse.figures if pulse else ()) if name in statistics.SUMS]
    return line(_("Together we {what}; each one counts."), what=phrases.names(parts)) if parts else ()


def figure(name: str, value: int) -> str:
    """ "took about 25 steps"."""
    said = {
        statistics.STEPS: ngettext("took about {count} step", "took about {count} steps", value),
        statistics.ANSWERS: ngettext("heard about {count} answer", "heard about {count} answers", value),
        statistics.CALLS: ngettext("had about {count} call", "had about {count} calls", value),
    }
    return said[name].format(count=value)


def _win_row(one: Shared) -> Field:
    text = one.text if len(one.text) <= TOLD else one.text[: TOLD - 1] + "…"
    return Field(one.name or _("One of us"), (text,))


def _numbered(asks: Sequence[Ask]) -> list[tuple[int, Ask]]:
    """A question alone has no number."""
    return list(enumerate(asks[:MOST_ASKS], 1)) if len(asks) > 1 else [(0, one) for one in asks]


def _ask_row(club: Club, one: Ask, now: datetime, number: int) -> Field:
    closes = calendar(club).day(one.at + OPEN)
    about = one.about if len(one.about) <= ASKED else one.about[: ASKED - 1] + "…"
    what = f"{one.company}: {about}" if one.company else about
    day = dates.say_date(closes, today(club, now))
    label = _("Question {number}").format(number=number) if number else _("Looking for someone")
    return Field(label, (_("{what}; open until {day}").format(what=what, day=day),))


def _help_label(one: Ask, number: int) -> str:
    if number:
        return _("I may help with question {number}").format(number=number)
    return _("I know someone at {company}").format(company=one.company[:20]) if one.company else _("I may know someone")


def card(club: Club, post: Post, pulse: Pulse | None, now: datetime) -> Card | None:
    """The card of a post; None when there is nothing to say any more."""
    match post.kind:
        case PostKind.INTRODUCTION:
            return introduction(club)
        case PostKind.DIGEST:
            return digest(club, post.about, pulse, now)
        case PostKind.ASK:
            found = find(club, post.about)
            return ask(found) if found else None
        case PostKind.WIN:
            shared = next((one for one in club.wins if one.id == post.about), None)
            return win(shared) if shared else None


def previews(club: Club, now: datetime) -> Sequence[Field]:
    """One of each kind, made up, for who sets the club up."""
    asked = Ask(
        id="",
        asker=club.facilitator,
        company=_("Acme"),
        about=_("I'd like to hear how their design team works."),
        at=now,
    )
    shared = Shared(id="", by=club.facilitator, text=_("Somebody I had waited for wrote back today."), at=now)
    pulse = Pulse(at=now, since=now, figures=((statistics.STEPS, 25), (statistics.ANSWERS, 10)))
    shown = {
        _("Introduction"): introduction(club),
        _("Question"): ask(asked),
        _("Good news"): win(shared),
        _("Week"): Card(
            lines=(line(_("Our week together.")), _counted(pulse), line(_("What worked for you this week?")))
        ),
    }
    return [Field(label, (one.text(),)) for label, one in shown.items()]
