"""Cards about wins (good news) and tips."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.club.privacy import PrivacyRisk
from bot.domain.messages import Button, Card, Field, format_line
from bot.domain.model import Club, Contact, WinOrTip
from bot.text.command_line import to_command_line
from bot.text.confirmation import confirmation_code
from bot.text.i18n import _, ngettext
from bot.views import phrases
from bot.views.buttons import board_button, command_button, see_contact_button
from bot.views.club.introductions import privacy_risk_phrase
from bot.views.replies import share_reply_text


def someone_phrase() -> str:
    return _("someone")


def win_or_tip_preview_card(club: Club, kind: str, text: str, draft: str, name: str, risk: PrivacyRisk | None) -> Card:
    """The text as it would be shared; the author decides whether to sign it. `kind`: "win" or "tip". `risk`: what the
    author may want to change.
    """
    where = (
        format_line(_("This goes to {room}, where I can't take it back:"), room=phrases.club_channel_mention(club))
        if kind == "win"
        else format_line(_("This goes to the tips, where members look for what worked:"))
    )
    hint = (
        format_line(privacy_risk_phrase(risk))
        if risk
        else format_line(_("I know only the names on your own board; please look once more."))
    )
    signed_buttons = (
        (Button(_("With my name"), to_command_line(f"{kind}post", draft=draft, mark="once", named="yes")),)
        if name
        else ()
    )
    return Card(
        lines=(where, phrases.quotation_line(text), hint),
        buttons=(
            Button(_("Without my name"), to_command_line(f"{kind}post", draft=draft, mark="once")),
            *signed_buttons,
            Button(_("Change it"), to_command_line(kind, draft=draft, change="yes")),
            command_button(_("Not now"), "club"),
        ),
        is_unfinished=True,
    )


def exposed_contact_card(kind: str, exposed_contacts: Sequence[Contact], draft: str, redacted_draft: str) -> Card:
    """`redacted_draft`: id of a draft of the same text with “someone” in place of the name, or ""."""
    with_someone = (
        (Button(_("Say “someone” instead"), to_command_line("resume", draft=redacted_draft)),) if redacted_draft else ()
    )
    change = Button(_("Change it"), to_command_line(kind, draft=draft, change="yes"))
    return Card(
        lines=(
            format_line(_("It names {name}, and a contact's name stays with you."), name=exposed_contacts[0].name),
            format_line(_("Nothing is shared yet.")),
        ),
        buttons=(*with_someone, change),
        is_unfinished=True,
    )


def win_or_tip_shared_card(kind: str) -> Card:
    text = (
        _("It is on its way to the channel. How good.") if kind == "win" else _("It is among the tips now. Thank you.")
    )
    return Card(lines=(format_line(text),), buttons=(board_button(),))


def tip_limit_card() -> Card:
    return Card(
        lines=(format_line(_("There are twenty tips of yours, which is as many as I keep.")),),
        buttons=(command_button(_("Tips"), "tips"), board_button()),
    )


def tips_card(now: datetime, tips: Sequence[WinOrTip], total: int, search: str, removable_ids: Collection[str]) -> Card:
    """The `tips` shown, of `total` that match `search`. `removable_ids`: of those that the reader may take down."""
    share_button = command_button(_("What worked for me"), "tip")
    search_button = command_button(_("Look for something"), "findtips")
    if not tips:
        first = (
            format_line(_("No tip has “{sought}” in it so far."), sought=search[:40])
            if search
            else format_line(_("No tips so far."))
        )
        return Card(
            lines=(first, format_line(_("Yours could be the first."))),
            buttons=(share_button, *((search_button,) if search else ())),
        )
    count = ngettext("{count} tip from members.", "{count} tips from members.", total).format(count=total)
    removal_buttons = [
        command_button(
            _("Take down {number}").format(number=number), "tipdown", tip=tip.id, sure=confirmation_code(now, tip.id)
        )
        for number, tip in enumerate(tips, 1)
        if tip.id in removable_ids
    ]
    return Card(
        lines=(format_line(count),),
        fields=tuple(_tip_field(number, tip) for number, tip in enumerate(tips, 1)),
        buttons=(share_button, *removal_buttons) if removal_buttons else (share_button, search_button),
    )


def _tip_field(number: int, tip: WinOrTip) -> Field:
    return Field(f"{number}. {tip.author_name}" if tip.author_name else f"{number}.", (tip.text,))


def tip_taken_down_card() -> Card:
    return Card(
        lines=(format_line(_("Taken down; nobody finds it any more.")),),
        buttons=(command_button(_("Tips"), "tips"),),
    )


def win_suggestion_card(contact: Contact, draft: str) -> Card:
    """After a good reply: a text without the contact's name, which the member may share."""
    return Card(
        lines=(
            format_line(_("Words for your club, without {name}'s name; or take your own."), name=contact.name),
            format_line(_("I post nothing by myself.")),
        ),
        quote=share_reply_text(),
        buttons=(
            Button(_("Take these words"), to_command_line("resume", draft=draft)),
            command_button(_("My own words"), "win"),
            see_contact_button(contact),
        ),
        is_unfinished=True,
    )
