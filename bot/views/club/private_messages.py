"""Cards for the notes that a club sends to one member in private."""

from __future__ import annotations

from bot.club.introductions import find_question
from bot.club.meeting import current_facilitator, next_meeting_day, today_in_meeting_zone
from bot.domain.messages import Card, Field, Line, format_line
from bot.domain.model import (
    ChannelRefusedNote,
    Club,
    ClubEndedNote,
    ClubNote,
    DigestPreviewNote,
    IntroducedNote,
    OfferNote,
    OfferStatus,
    OfferThanksNote,
    PostUnconfirmedNote,
    QuestionOverNote,
    RoleLostNote,
    RoleReceivedNote,
    SeasonsNote,
    TalkRequestNote,
)
from bot.rules.context import BookContext
from bot.text import dates
from bot.text.i18n import _
from bot.views import phrases
from bot.views.buttons import add_contact_button, board_button, club_command_button
from bot.views.club import channel_posts


def club_note_card(context: BookContext, note: ClubNote, club: Club | None) -> Card | None:  # noqa: C901  # a table
    """The card of a note. None if the note no longer applies, or the club does not exist."""
    if club is None:
        return None
    match note.content:
        case SeasonsNote():
            return None  # only the book takes it in
        case DigestPreviewNote():
            return _digest_preview_note_card(context, club)
        case OfferNote():
            return _match_note_card(club, note.content)
        case IntroducedNote():
            return _introduced_note_card(note.content)
        case QuestionOverNote(company):
            return _question_expired_note_card(club, company)
        case OfferThanksNote():
            return _helper_thanks_note_card()
        case TalkRequestNote():
            return _talk_request_note_card(note.content)
        case ChannelRefusedNote():
            return _channel_refusal_note_card(club)
        case PostUnconfirmedNote():
            return _unconfirmed_post_note_card(club, note.content)
        case RoleReceivedNote():
            return _facilitator_note_card(context, club, note.content)
        case RoleLostNote():
            return _former_facilitator_note_card(context, club)
        case ClubEndedNote():
            return _club_ended_note_card()


def _digest_preview_note_card(context: BookContext, club: Club) -> Card | None:
    day = next_meeting_day(club, context.now)
    if club.ended_at or club.skipped_day == day or club.preview_done_day != day:
        return None
    if context.book.owner not in (club.facilitator, current_facilitator(club, context.now)):
        return None  # another member has the role now
    week = channel_posts.digest_post_card(club, day, club.pulse, context.now)
    first = format_line(
        _("On {day} I'd post this in {room}; only you see it now."),
        day=dates.format_date(day, today_in_meeting_zone(club, context.now)),
        room=phrases.club_channel_mention(club),
    )
    nothing = format_line(_("There is nothing to post so far, and that is fine."))
    return Card(
        lines=(first, *([] if week else [nothing])),
        fields=tuple([Field("", line) for line in week.lines] + list(week.fields)) if week else (),
        buttons=(
            club_command_button(_("Skip this week"), "skipweek", club, day=day.isoformat()),
            club_command_button(_("How the club is doing"), "pulse", club),
        ),
    )


def _match_note_card(club: Club, note: OfferNote) -> Card | None:
    """For the asker. Neither side's name is revealed before the asker says yes."""
    question = find_question(club, note.question_id)
    offer = next((offer for offer in question.offers if offer.id == note.offer_id), None) if question else None
    if question is None or offer is None or offer.status is not OfferStatus.WILLING:
        return None
    first = (
        format_line(
            _("Somebody in your club knows someone at {company}, who would talk to you."), company=question.company
        )
        if question.company
        else format_line(_("Somebody in your club knows someone who would talk to you."))
    )
    values = {"ask": question.id, "offer": offer.id}
    return Card(
        lines=(first, format_line(_("They learn who you are only if you say yes."))),
        fields=(
            Field(_("What they say"), (offer.shareable,)),
            Field(_("How"), (introduction_method_phrase(offer.approach),)),
        ),
        buttons=(
            club_command_button(_("Yes, introduce us"), "acceptintro", club, yes="yes", **values),
            club_command_button(_("No, thank you"), "acceptintro", club, yes="no", **values),
        ),
    )


def introduction_method_phrase(method: str) -> str:
    return {
        "introduce": _("they introduce you by e-mail"),
        "pass on": _("they pass your words on"),
        "talk first": _("they'd like to talk with you first"),
    }.get(method, method)


def _introduced_note_card(note: IntroducedNote) -> Card:
    who = phrases.member_mention(note.other.user, note.other_name)
    first = (
        format_line(_("You and {who} both said yes, about {company}."), who=who, company=note.company)
        if note.company
        else format_line(_("You and {who} both said yes."), who=who)
    )
    return Card(
        lines=(first, format_line(_("Please write to each other here; I leave the rest to you two."))),
        buttons=(add_contact_button(), board_button()),
    )


def _question_expired_note_card(club: Club, company: str) -> Card:
    first = (
        format_line(_("Your question about {company} was open for two weeks and is closed now."), company=company)
        if company
        else format_line(_("Your question was open for two weeks and is closed now."))
    )
    return Card(
        lines=(first, format_line(_("No match yet; thank you for asking. That was a brave step."))),
        buttons=(club_command_button(_("Ask something else"), "ask", club), board_button()),
    )


def _helper_thanks_note_card() -> Card:
    return Card(
        lines=(
            format_line(_("A question that you offered to help with is closed now. Thank you for offering.")),
            format_line(_("If you asked your contact, a thank-you from you would be kind.")),
        ),
        buttons=(board_button(),),
    )


def _talk_request_note_card(note: TalkRequestNote) -> Card:
    return Card(
        lines=(
            format_line(
                _("{who} would like to talk to you; they said nothing more to me."),
                who=phrases.member_mention(note.member.user, note.member_name),
            ),
            format_line(_("A short word from you in the next days would be kind.")),
        ),
        buttons=(board_button(),),
    )


def _channel_refusal_note_card(club: Club) -> Card | None:
    if not club.channel_refusal:
        return None
    return Card(
        lines=(
            format_line(channel_refusal_phrase(club.channel_refusal), room=phrases.club_channel_mention(club)),
            format_line(_("I wait with all posts; nothing is lost.")),
        ),
        buttons=(club_command_button(_("Set up anew"), "setup", club),),
    )


def channel_refusal_phrase(refusal: str) -> str:
    return {
        "gone": _("I can't find {room} any more; perhaps it is gone, or I was taken out."),
        "archived": _("Nothing can be posted in {room}: it is archived."),
    }.get(refusal, _("I may not post in {room}; please invite me there, or choose another channel."))


def _unconfirmed_post_note_card(club: Club, note: PostUnconfirmedNote) -> Card:
    kind, about, doubt = note.subject.kind, str(note.subject), note.envelope_id
    unknown = format_line(_("I can't tell whether a post of mine arrived: {what}."), what=post_kind_phrase(kind))
    refused = format_line(_("A post of mine was not taken: {what}."), what=post_kind_phrase(kind))
    return Card(
        lines=(
            unknown if note.may_have_arrived else refused,
            format_line(
                _("Please look in {room}; I post it again only if you say so."), room=phrases.club_channel_mention(club)
            ),
        ),
        buttons=(
            club_command_button(_("Post it again"), "repost", club, kind=kind, about=about, doubt=doubt),
            club_command_button(_("Leave it"), "repost", club, kind="none", about=about, doubt=doubt),
        ),
    )


def post_kind_phrase(kind: str) -> str:
    return {
        "introduction": _("the introduction"),
        "digest": _("the week together"),
        "ask": _("your question"),
        "win": _("your good news"),
    }.get(kind, kind)


def _former_facilitator_note_card(context: BookContext, club: Club) -> Card:
    lead = phrases.address_mention(current_facilitator(club, context.now))
    first = format_line(_("{who} leads your club now; thank you for all you did."), who=lead)
    return Card(lines=(first,), buttons=(board_button(),))


def _facilitator_note_card(context: BookContext, club: Club, note: RoleReceivedNote) -> Card | None:
    if context.book.owner != current_facilitator(club, context.now):
        return None  # another member has the role now
    second: Line = (
        format_line(
            _("That is until {day}; you see how the club is doing, and nobody's contacts."),
            day=context.format_day(note.last_day),
        )
        if note.last_day
        else format_line(_("You see how the club is doing, and nobody's contacts."))
    )
    return Card(
        lines=(format_line(_("You are the facilitator of your club now.")), second),
        buttons=(
            club_command_button(_("How the club is doing"), "pulse", club),
            club_command_button(_("Set-up"), "setup", club),
        ),
    )


def _club_ended_note_card() -> Card:
    return Card(
        lines=(
            format_line(_("Your club ends here, and I post nothing there any more.")),
            format_line(_("Your board stays yours and works as before; nobody in the club ever saw it.")),
            format_line(_("To keep a copy elsewhere, copy it from your board's cards; your host can help.")),
        ),
        buttons=(board_button(), add_contact_button()),
    )
