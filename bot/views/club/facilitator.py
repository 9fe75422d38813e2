"""Cards for and about the facilitator: how the club is doing, the digest, handing over, the club's end, a talk."""

from __future__ import annotations

from datetime import date

from bot.club import statistics
from bot.club.meeting import current_facilitator, today_in_meeting_zone
from bot.domain.messages import Button, Card, Field, format_line
from bot.domain.model import Address, Club, Pulse
from bot.rules.context import BookContext
from bot.text import dates
from bot.text.command_line import to_command_line
from bot.text.i18n import _
from bot.views import phrases
from bot.views.buttons import board_button, club_command_button, command_button, final_button


def pulse_card(context: BookContext, club: Club) -> Card:
    """The club's last counts. Nothing on this card is about a single member."""
    buttons = (
        club_command_button(_("Busy days"), "seasons", club),
        club_command_button(_("Set-up"), "setup", club),
    )
    if club.pulse is None:
        lines = (
            format_line(_("There is too little yet to show it without showing one person.")),
            format_line(_("Counts begin at five members, and rest while people come and go.")),
        )
        return Card(lines=lines, buttons=buttons)
    first = format_line(
        _("Your club in the week before {day}."),
        day=dates.format_date(today_in_meeting_zone(club, club.pulse.counted_at), context.today),
    )
    return Card(
        lines=(first, format_line(_("Counted together and rounded; nothing here is about one member."))),
        fields=tuple(_pulse_fields(club.pulse)),
        buttons=buttons,
    )


def _pulse_fields(pulse: Pulse) -> list[Field]:
    labels = {
        statistics.FIGURE_STEPS: (_("Steps"), _("about {count}")),
        statistics.FIGURE_ANSWERS: (_("Answers"), _("about {count}")),
        statistics.FIGURE_CALLS: (_("Calls"), _("about {count}")),
        statistics.FIGURE_SILENT_MEMBERS: (_("In a long silence"), _("about {count} members, for four weeks or more")),
    }
    rows = [
        Field(labels[name][0], (labels[name][1].format(count=value),))
        for name, value in pulse.figures
        if name in labels
    ]
    rows += [_median_field(name, value) for name, value in pulse.figures if name not in labels]
    topics = [pulse_topic_phrase(topic) for topic in pulse.topics]
    return [*rows, *([Field(_("Worth talking about"), (", ".join(topics),))] if topics else [])]


def _median_field(name: str, value: int) -> Field:
    """Shows a band, because the median of a few members is one member's own number."""
    steps = {0: _("up to 3 steps a member"), 4: _("4 to 7 steps"), 8: _("8 to 14 steps"), 15: _("15 steps or more")}
    days = {0: _("within 3 days"), 4: _("4 to 7 days"), 8: _("8 to 14 days"), 15: _("15 days or more")}
    if name == statistics.FIGURE_MEDIAN_STEPS:
        return Field(_("In the middle"), (steps[value],))
    return Field(_("Until an answer"), (days[value],))


def pulse_topic_phrase(topic: str) -> str:
    return {
        "phone": _("picking up the phone"),
        "quiet": _("when it stays quiet"),
        "no call": _("calls that did not happen"),
        "first hello": _("a first hello"),
    }[topic]


def digest_skipped_card(context: BookContext, club: Club, day: date, *, skips: bool) -> Card:
    day_text = dates.format_date(day, today_in_meeting_zone(club, context.now))
    if not skips:
        return Card(
            lines=(format_line(_("All right: the week together is posted on {day}."), day=day_text),),
            buttons=(board_button(),),
        )
    return Card(
        lines=(format_line(_("All right: nothing is posted on {day}."), day=day_text),),
        buttons=(club_command_button(_("Post it after all"), "skipweek", club, day=day.isoformat(), how="post"),),
    )


def digest_week_over_card() -> Card:
    return Card(lines=(format_line(_("That week is over; each week has its own button.")),), buttons=(board_button(),))


def confirm_hand_over_card(context: BookContext, member: Address, until: date | None, code: str) -> Card:
    command_line = to_command_line(
        "facilitator", member=f"<@{member.user}>", sure=code, **({"until": until.isoformat()} if until else {})
    )
    question = (
        format_line(
            _("Shall {who} be the facilitator until {day}?"),
            who=phrases.address_mention(member),
            day=context.format_day(until),
        )
        if until
        else format_line(_("Shall {who} be the facilitator from now on?"), who=phrases.address_mention(member))
    )
    return Card(
        lines=(question, format_line(_("They see how the club is doing, and nobody's contacts."))),
        buttons=(Button(_("Hand over"), command_line), command_button(_("Not now"), "club")),
        is_unfinished=True,
    )


def facilitator_changed_card(context: BookContext, member: Address, until: date | None) -> Card:
    who = phrases.address_mention(member)
    first = (
        format_line(
            _("The facilitator is {who} until {day}; then it is you again."), who=who, day=context.format_day(until)
        )
        if until
        else format_line(_("The facilitator is {who} now. Thank you for what you did."), who=who)
    )
    return Card(
        lines=(first, format_line(_("I tell them if they have used me before; please tell them, too."))),
        buttons=(command_button(_("My club"), "club"), board_button()),
    )


def confirm_club_end_card(club: Club, code: str) -> Card:
    return Card(
        lines=(
            format_line(_("This ends your club here: no more posts, no counts.")),
            format_line(_("Each member is told in private that their board stays theirs.")),
            format_line(_("What was posted stays in {room}."), room=phrases.club_channel_mention(club)),
        ),
        buttons=(
            final_button(_("End the club"), "endclub", code),
            command_button(_("Not now"), "club"),
        ),
    )


def club_ended_card() -> Card:
    return Card(
        lines=(
            format_line(_("The club has ended; each member hears of it in private.")),
            format_line(_("Thank you for leading it.")),
        ),
        buttons=(board_button(),),
    )


def own_facilitator_card() -> Card:
    return Card(
        lines=(format_line(_("The facilitator of your club is you.")),),
        buttons=(command_button(_("My club"), "club"),),
    )


def confirm_talk_card(context: BookContext, club: Club, code: str) -> Card:
    whom = current_facilitator(club, context.now)
    first = format_line(
        _("I'd tell {who} that you would like to talk, and nothing more."), who=phrases.address_mention(whom)
    )
    return Card(
        lines=(first, format_line(_("They'd see your name, and none of your contacts."))),
        buttons=(
            command_button(_("Tell them"), "talk", sure=code),
            command_button(_("Not now"), "club"),
        ),
    )


def talk_requested_card() -> Card:
    return Card(
        lines=(format_line(_("I've passed it on. Asking for a word takes courage.")),),
        buttons=(board_button(),),
    )


def not_facilitator_card() -> Card:
    return Card(
        lines=(
            format_line(_("That is for the facilitator of your club.")),
            format_line(_("They can hand the role to you.")),
        ),
        buttons=(command_button(_("My club"), "club"), board_button()),
    )
