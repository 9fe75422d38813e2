"""Cards about the club's set-up: the present one, a new one with its samples, and the introduction."""

from __future__ import annotations

from bot.club.meeting import current_facilitator
from bot.domain.messages import Button, Card, Field, format_line
from bot.domain.model import Club, Meeting
from bot.rules.context import BookContext
from bot.text.command_line import to_command_line
from bot.text.i18n import _
from bot.views import phrases
from bot.views.buttons import command_button, primary_button
from bot.views.club import channel_posts
from bot.views.club.overview import meeting_line, meeting_time_words
from bot.views.readers import host_access_line, platform_access_line


def club_setup_card(context: BookContext, club: Club) -> Card:
    """The present set-up, with buttons to change it."""
    lead = current_facilitator(club, context.now)
    return Card(
        lines=(meeting_line(club), format_line(_("The facilitator is {who}."), who=phrases.address_mention(lead))),
        buttons=(
            command_button(_("Change it"), "setup", change="yes"),
            *_post_introduction_buttons(club),
            command_button(_("Hand over"), "facilitator"),
            command_button(_("Busy days"), "seasons"),
            command_button(_("End the club"), "endclub"),
        ),
    )


def _post_introduction_buttons(club: Club) -> tuple[Button, ...]:
    return (
        () if club.introduced_setup_id == club.setup_id else (primary_button(_("Post the introduction"), "introduce"),)
    )


def setup_saved_card(context: BookContext, club: Club) -> Card:
    """Confirms a set-up. Before the introduction is posted, it shows a sample of each post and who can read what."""
    if club.introduced_setup_id:
        return Card(
            lines=(meeting_line(club), format_line(_("What was posted stays. The next post is for the new meeting."))),
            buttons=(
                *_post_introduction_buttons(club),
                command_button(_("Change it"), "setup", change="yes"),
                command_button(_("My club"), "club"),
            ),
        )
    return Card(
        lines=(
            meeting_line(club),
            format_line(_("Nothing is posted yet. Below is one of each kind, made up.")),
            format_line(_("Counts begin at five members. Please let me into the channel first.")),
        ),
        fields=(
            *channel_posts.sample_post_fields(club, context.now),
            Field(
                _("Who can read this"),
                (
                    *host_access_line(context.defaults.host_name),
                    " ",
                    *platform_access_line(context.book.owner.platform),
                ),
            ),
        ),
        buttons=(
            *_post_introduction_buttons(club),
            command_button(_("Change it"), "setup", change="yes"),
            command_button(_("Not now"), "club"),
        ),
    )


def setup_conflict_card(context: BookContext, club: Club, wanted: Meeting, draft: str) -> Card:
    """The club was already set up, perhaps after this form was opened: asks whether to change it."""
    return Card(
        lines=(
            format_line(_("It is set up already.")),
            meeting_line(club),
            format_line(
                _("Shall it be {room} instead, on {day} at {hour}, {city} time?"),
                room=phrases.channel_mention(context.book.owner.platform, wanted.channel_id),
                **meeting_time_words(wanted),
            ),
        ),
        buttons=(
            Button(_("Change it"), to_command_line("resume", draft=draft)),
            command_button(_("Leave it"), "setup"),
        ),
        is_unfinished=True,
    )


def introduction_posted_card(club: Club) -> Card:
    return Card(
        lines=(
            format_line(_("I introduce myself in {room} in a moment."), room=phrases.club_channel_mention(club)),
            format_line(_("Everybody decides for themselves whether they are in.")),
        ),
        buttons=(
            command_button(_("My club"), "club"),
            command_button(_("How the club is doing"), "pulse"),
        ),
    )
