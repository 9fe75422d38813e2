"""Cards about membership of a club: who can read what, joining, leaving, and what others see of a member."""

from __future__ import annotations

from collections.abc import Iterator

from bot.club import statistics
from bot.club.introductions import find_open_questions
from bot.club.meeting import current_facilitator
from bot.domain.messages import Button, Card, Field, Line, format_line
from bot.domain.model import Club, OfferStatus, WinOrTip
from bot.rules.context import BookContext
from bot.text.command_line import to_command_line
from bot.text.confirmation import confirmation_code
from bot.text.i18n import _, ngettext
from bot.views import phrases
from bot.views.buttons import add_contact_button, board_button, command_button, primary_button
from bot.views.readers import host_access_line, platform_access_line


def club_readers_card(context: BookContext, draft: str, *, is_member: bool) -> Card:
    """Who can read what, and what is never posted. `draft`: id of the draft to resume after joining, or ""."""
    platform = context.book.owner.platform
    member_buttons = (
        command_button(_("What others see of me"), "mirror"),
        command_button(_("My club"), "club"),
    )
    return Card(
        lines=(
            host_access_line(context.defaults.host_name),
            platform_access_line(platform),
            format_line(_("Other members never see your contacts.")),
        ),
        fields=(
            Field(_("Posted here"), (_("counts of five members or more, and what somebody chose to share"),)),
            Field(_("Never posted"), (_("a name from your board, a note, or who did how much"),)),
            Field(_("That you press"), (_("nobody in the channel sees it, nor does the facilitator"),)),
            Field(_("The facilitator"), (_("the same rounded counts, and nobody's contacts"),)),
            Field(_("The host"), (_("can also open the list of who is in, and who asked what"),)),
        ),
        buttons=member_buttons if is_member else (_join_club_button(draft), board_button()),
    )


def club_joined_card(context: BookContext, draft: str) -> Card:
    first = () if context.book.contacts else (add_contact_button(),)
    return Card(
        lines=(
            format_line(_("You're in: from now on your steps are counted, without your name.")),
            format_line(_("Newcomers are counted three at a time, so that nobody stands out.")),
            format_line(_("You can leave at any time, and it holds at once.")),
        ),
        buttons=(
            *(_resume_draft_buttons(draft) or first),
            command_button(_("My club"), "club"),
            _leave_button(_("Leave again"), context),
        ),
    )


def leavable_state(context: BookContext) -> tuple[str, ...]:
    """What is shown of a club beside [Leave]."""
    return (context.club.setup_id,) if context.club else ()


def _leave_button(label: str, context: BookContext) -> Button:
    return command_button(label, "leave", sure=confirmation_code(context.now, *leavable_state(context)))


def already_member_card(context: BookContext, draft: str) -> Card:
    return Card(
        lines=(format_line(_("You're in already; nothing to do.")),),
        buttons=(
            *_resume_draft_buttons(draft),
            command_button(_("What others see of me"), "mirror"),
            _leave_button(_("Leave"), context),
        ),
    )


def join_club_first_card(draft: str, *, has_draft: bool) -> Card:
    """For a command that only members may run; `draft` keeps it. `has_draft`: values were typed."""
    return Card(
        lines=(
            format_line(_("That is for those who are in, and you decide whether you are.")),
            *((format_line(_("What you typed is kept.")),) if has_draft else ()),
        ),
        buttons=(
            _join_club_button(draft),
            Button(_("Who can read this?"), to_command_line("clubwho", resume=draft)),
        ),
        is_unfinished=True,
    )


def _join_club_button(draft: str) -> Button:
    return primary_button(_("Count me in"), "join", resume=draft) if draft else primary_button(_("Count me in"), "join")


def _resume_draft_buttons(draft: str) -> tuple[Button, ...]:
    return (Button(_("Go on"), to_command_line("resume", draft=draft)),) if draft else ()


def club_left_card() -> Card:
    return Card(
        lines=(
            format_line(_("You're out, from now on: nothing of yours is counted or kept there.")),
            format_line(_("What was posted stays in the channel. Your board is as it was.")),
        ),
        buttons=(command_button(_("Count me in again"), "join"), board_button()),
    )


def not_member_card() -> Card:
    return Card(
        lines=(format_line(_("You aren't in, so there is nothing to leave.")),),
        buttons=(_join_club_button(""), board_button()),
    )


def club_mirror_card(context: BookContext, club: Club, *, is_member: bool) -> Card:
    """Exactly what others can see of this member: everyone, the facilitator, and the members introduced to them."""
    if not is_member:
        first = format_line(_("You aren't in: nobody here sees anything of you."))
        return Card(lines=(first,), buttons=(_join_club_button(""), board_button()))
    return Card(
        lines=(format_line(_("This is all that others can see of you.")), host_access_line(context.defaults.host_name)),
        fields=tuple(_mirror_fields(context, club)),
        buttons=(
            *(() if current_facilitator(club, context.now) == context.book.owner else (_request_talk_button(),)),
            _leave_button(_("Leave"), context),
            command_button(_("Who can read this?"), "clubwho"),
        ),
    )


def _request_talk_button() -> Button:
    return command_button(_("Ask the facilitator to talk to me"), "talk")


def _mirror_fields(context: BookContext, club: Club) -> Iterator[Field]:
    signed_posts, me = _find_signed_wins_and_tips(context, club), context.book.owner
    yield from (
        Field(_("Everybody, signed {name}").format(name=shared.author_name), (phrases.quotation_line(shared.text)))
        for shared in signed_posts
    )
    if not signed_posts:
        yield Field(_("Everybody"), (_("nothing with your name"),))
    if introduction_count := sum(
        offer.status is OfferStatus.INTRODUCED
        for question in club.questions
        for offer in question.offers
        if me in (question.asker, offer.helper)
    ):
        count_text = ngettext(
            "{count} member knows your name", "{count} members know your name", introduction_count
        ).format(count=introduction_count)
        yield Field(_("Introduced"), (_("{said}, since both of you said yes").format(said=count_text),))
    if find_open_questions(club, context.now, me):
        yield Field(_("Your questions"), (_("posted without your name"),))
    yield Field(
        _("The facilitator and admins"), (_("counts of many, and nobody's own"), *_talk_requested_line(context, club))
    )
    yield Field(
        _("In the counts"), (_in_counts_phrase(is_counted=me in club.counted_members and club.pulse is not None),)
    )
    yield Field(_("Nobody"), (_("sees your contacts, your notes or your own numbers"),))


def _talk_requested_line(context: BookContext, club: Club) -> Line:
    mine = context.book.membership_in(club.key)
    if mine is None or mine.talk_requested_at is None:
        return ()
    return (
        _("; on {day} that you would like to talk").format(
            day=context.format_day(context.clock.calendar.day_of(mine.talk_requested_at))
        ),
    )


def _in_counts_phrase(*, is_counted: bool) -> str:
    if is_counted:
        return _("your week is in the last counts, together with {count} others or more").format(
            count=statistics.MIN_CONTRIBUTORS - 1
        )
    return _("nothing of yours so far")


def _find_signed_wins_and_tips(context: BookContext, club: Club) -> list[WinOrTip]:
    return [win for win in (*club.wins, *club.tips) if win.author == context.book.owner and win.author_name]
