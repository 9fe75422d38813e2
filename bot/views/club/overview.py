"""Cards for a member about their club: when it meets, what they can do there, and why something is not possible."""

from __future__ import annotations

from bot.club.introductions import find_open_questions
from bot.domain.messages import Button, Card, Line, format_line
from bot.domain.model import Club, Meeting
from bot.rules.context import BookContext
from bot.text import time_zones
from bot.text.i18n import _
from bot.views import phrases
from bot.views.buttons import add_contact_button, board_button, command_button, primary_button


def club_overview_card(context: BookContext, club: Club | None, *, is_member: bool, is_leader: bool) -> Card:
    """The club's meeting and the member's state, with a button for everything that they can do."""
    if club is None or club.ended_at:
        return Card(
            lines=(format_line(_("Your club isn't set up yet; you can do that in a minute.")),),
            buttons=(command_button(_("Set up the club"), "setup"), board_button()),
        )
    if not club.introduced_setup_id:
        return Card(
            lines=(format_line(_("Your club is set up, and nothing is posted yet.")), meeting_line(club)),
            buttons=(
                primary_button(_("Post the introduction"), "introduce"),
                command_button(_("Set-up"), "setup"),
            ),
        )
    state = (
        format_line(_("You are in.")) if is_member else format_line(_("You aren't in so far; that is up to you alone."))
    )
    leading = (
        (command_button(_("How the club is doing"), "pulse"), command_button(_("Set-up"), "setup")) if is_leader else ()
    )
    open_questions = find_open_questions(club, context.now, context.book.owner)
    question_buttons = (command_button(_("My questions"), "myquestions"),) if open_questions else ()
    return Card(
        lines=(meeting_line(club), state),
        buttons=(*question_buttons, *_club_action_buttons(is_member=is_member), *leading),
    )


def meeting_line(club: Club) -> Line:
    """In the club's time zone, because its members may live in others."""
    text = _("Your club meets in {room}, on {day} at {hour}, {city} time.")
    return format_line(text, room=phrases.club_channel_mention(club), **meeting_time_words(club.meeting))


def meeting_time_words(meeting: Meeting) -> dict[str, str]:
    return {
        "day": phrases.weekday_phrase(meeting.weekday),
        "hour": f"{meeting.start_time:%H:%M}",
        "city": time_zones.zone_city(meeting.zone),
    }


def _club_action_buttons(*, is_member: bool) -> tuple[Button, ...]:
    tips, who = (
        command_button(_("What worked for others"), "tips"),
        command_button(_("Who can read this?"), "clubwho"),
    )
    if not is_member:
        return (primary_button(_("Count me in"), "join"), who)
    return (
        command_button(_("Ask the club"), "ask"),
        command_button(_("Share good news"), "win"),
        tips,
        command_button(_("What others see of me"), "mirror"),
    )


def post_limit_card() -> Card:
    return Card(
        lines=(
            format_line(_("That is as much as I post for one member in a day.")),
            format_line(_("The channel is everybody's; tomorrow there is room again.")),
        ),
        buttons=(command_button(_("My club"), "club"), board_button()),
    )


def club_over_card() -> Card:
    return Card(
        lines=(format_line(_("Your club has ended; your board is as it was.")),),
        buttons=(board_button(), add_contact_button()),
    )


def no_club_card(*, in_server: bool) -> Card:
    """`in_server`: False in direct messages, where the platform does not say which club is meant."""
    if not in_server:
        return Card(
            lines=(
                format_line(_("I can't tell here which club you mean.")),
                format_line(_("Please use /club in your club's own server.")),
            ),
            buttons=(board_button(),),
        )
    return Card(
        lines=(
            format_line(_("Your club isn't set up yet.")),
            format_line(_("Whoever leads this place can do it with /club setup, in a minute.")),
        ),
        buttons=(board_button(),),
    )


def post_unchanged_card() -> Card:
    return Card(lines=(format_line(_("Thank you; I leave it as it is.")),), buttons=(board_button(),))


def post_again_card() -> Card:
    return Card(lines=(format_line(_("All right: I post it again in a moment.")),), buttons=(board_button(),))
