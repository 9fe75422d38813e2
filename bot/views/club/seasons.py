"""Cards about the club's busy days."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.messages import Card, Field, format_line
from bot.domain.model import Season
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views.buttons import command_button

MAX_SEASONS_SHOWN = 3  # each has a button to remove it


def season_added_card(context: BookContext, season: Season) -> Card:
    return Card(
        lines=(
            format_line(_("{days}: waits stand still for all who are in."), days=_season_days_phrase(context, season)),
            format_line(_("It is shown to them as the reason.")),
        ),
        fields=(Field(_("Reason"), (season.reason,)),) if season.reason else (),
        buttons=(
            command_button(_("Take it back"), "unbusy", season=season.id),
            command_button(_("My club"), "club"),
        ),
    )


def _season_days_phrase(context: BookContext, season: Season) -> str:
    first, last = context.format_day(season.first), context.format_day(season.last)
    return first if first == last else f"{first} – {last}"


def seasons_card(context: BookContext, coming_seasons: Sequence[Season]) -> Card:
    """`coming_seasons`: those that are not over, the present one included."""
    add = command_button(_("Add busy days"), "busy")
    if not coming_seasons:
        return Card(
            lines=(format_line(_("No busy days are kept.")),),
            buttons=(add, command_button(_("My club"), "club")),
        )
    shown = list(enumerate(coming_seasons, 1))[-MAX_SEASONS_SHOWN:]
    return Card(
        lines=(format_line(_("On these days waits stand still for all who are in.")),),
        fields=tuple(
            Field(f"{number}. {_season_days_phrase(context, season)}", (season.reason or _("no reason given"),))
            for number, season in shown
        ),
        buttons=(
            add,
            *(
                command_button(_("Take back {number}").format(number=number), "unbusy", season=season.id)
                for number, season in shown
            ),
        ),
    )


def season_removed_card() -> Card:
    return Card(
        lines=(format_line(_("Taken back: waits run as ever.")),),
        buttons=(command_button(_("My club"), "club"),),
    )
