"""Phrases and lines that many cards share, and the reader's preferences."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.messages import Field, Line, Mention, format_line
from bot.domain.model import Address, Channel, CloseReason, Club, Contact, Season, Slot, Weekday
from bot.rules import ContactStatus, Stage, Suggestion, SuggestionReason
from bot.rules.context import BookContext
from bot.text.i18n import N_, _, ngettext

CHANNEL_PHRASES = {
    Channel.EMAIL: N_("e-mail"),
    Channel.PHONE: N_("call"),
    Channel.VOICEMAIL: N_("voicemail"),
    Channel.TEXT: N_("text message"),
    Channel.LINKEDIN: N_("LinkedIn message"),
    Channel.IN_PERSON: N_("in person"),
    Channel.OTHER: N_("other"),
}


def channel_phrase(channel: Channel) -> str:
    return _(CHANNEL_PHRASES[channel])


def slot_phrase(slot: Slot) -> str:
    return _("e-mail") if slot is Slot.WRITTEN else _("call")


def slot_phrase_with_article(slot: Slot) -> str:
    return _("an e-mail") if slot is Slot.WRITTEN else _("a call")


def close_reason_phrase(reason: CloseReason) -> str:
    return {
        CloseReason.MET: _("you met"),
        CloseReason.LANDED: _("you landed"),
        CloseReason.NOT_INTERESTED: _("not for you"),
        CloseReason.DO_NOT_CONTACT: _("left in peace"),
    }[reason]


def suggestion_reason_phrase(reason: SuggestionReason) -> str:
    return {
        SuggestionReason.YOUR_TURN: _("it's your turn"),
        SuggestionReason.SAME_COMPANY: _("same company"),
        SuggestionReason.ANSWERED: _("answered you before"),
        SuggestionReason.NOT_CONTACTED: _("not contacted yet"),
        SuggestionReason.INTRODUCED: _("thank for introducing"),
    }[reason]


def weekday_phrase(weekday: Weekday) -> str:
    return {
        Weekday.MONDAY: _("Monday"),
        Weekday.TUESDAY: _("Tuesday"),
        Weekday.WEDNESDAY: _("Wednesday"),
        Weekday.THURSDAY: _("Thursday"),
        Weekday.FRIDAY: _("Friday"),
        Weekday.SATURDAY: _("Saturday"),
        Weekday.SUNDAY: _("Sunday"),
    }[weekday]


def quota_used_phrase(status: ContactStatus) -> str:
    """How many of the follow-ups are used: "e-mail 0/1, call 1/1"."""
    episode = status.thread.episode
    used = (*episode.used_slots, *episode.declined_slots) if episode else ()
    written = min(used.count(Slot.WRITTEN), status.quota.written)
    phone = min(used.count(Slot.PHONE), status.quota.phone)
    return _("e-mail {written}/{of_written}, call {phone}/{of_phone}").format(
        written=written, of_written=status.quota.written, phone=phone, of_phone=status.quota.phone
    )


def join_names_phrase(names: Sequence[str]) -> str:
    """For example "Lee", "Lee and Priya", or "Lee, Priya and Sam"."""
    if len(names) < 2:
        return "".join(names)
    return _("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])


def suggestions_phrase(suggestions: Sequence[Suggestion]) -> str:
    """For example "Lee (answered you before), Priya (not contacted yet)"."""
    return ", ".join(
        f"{suggestion.contact.name} ({suggestion_reason_phrase(suggestion.reason)})" for suggestion in suggestions
    )


def meanwhile_line(context: BookContext, about: Contact) -> Line:
    """Suggests another contact of the member, or adding one."""
    if not (others := context.suggest_contacts(about, 1)):
        return format_line(_("Meanwhile, one new name could be another door."))
    [other] = others
    texts = {
        SuggestionReason.YOUR_TURN: _("Meanwhile, it's your turn with {name}."),
        SuggestionReason.SAME_COMPANY: _("Meanwhile, {name} is at the same company."),
        SuggestionReason.ANSWERED: _("Meanwhile, {name} has answered you before."),
        SuggestionReason.NOT_CONTACTED: _("Meanwhile, {name} could be a first hello."),
        SuggestionReason.INTRODUCED: _("Meanwhile, {name} could be thanked for introducing you."),
    }
    return format_line(texts[other.reason], name=other.contact.name)


def snoozed_until_phrase(context: BookContext, status: ContactStatus) -> str:
    """The future day until which the member snoozed the contact, or ""."""
    snoozed = status.thread.snoozed
    return context.format_day(snoozed.until) if snoozed and snoozed.until > context.today else ""


def next_step_line(context: BookContext, contact: Contact, status: ContactStatus) -> Line:
    """One sentence: what is allowed with this contact now, and when."""
    name = contact.name
    match status.stage:
        case Stage.THEIR_TURN if status.patient_until and status.free_slots:
            text = _("It's {name}'s turn; {what} is welcome from {day}.")
            return format_line(
                text,
                name=name,
                what=slot_phrase_with_article(status.free_slots[0]),
                day=context.format_day(status.patient_until),
            )
        case Stage.THEIR_TURN if status.patient_until:
            return format_line(
                _("It's {name}'s turn; nothing to do until {day}."),
                name=name,
                day=context.format_day(status.patient_until),
            )
        case Stage.MAY_FOLLOW_UP if day := snoozed_until_phrase(context, status):
            return format_line(_("{name} can wait until {day}, as you said."), name=name, day=day)
        case Stage.MAY_FOLLOW_UP if status.free_slots[0] is Slot.WRITTEN:
            return format_line(_("It's okay to send {name} your one e-mail now, and okay not to."), name=name)
        case Stage.MAY_FOLLOW_UP:
            return format_line(_("It's okay to call {name} once now, and okay not to."), name=name)
        case Stage.CALL_PLANNED if status.next_plan:
            over = status.next_plan.starts_at <= context.now
            text = _("Your call with {name} was planned for {at}.") if over else _("Your call with {name}: {at}.")
            return format_line(text, name=name, at=context.to_instant(status.next_plan.starts_at))
        case Stage.RESTING if status.thread.set_aside and status.thread.set_aside.until:
            return format_line(
                _("{name} is resting until {day}; a reply ends the rest."),
                name=name,
                day=context.format_day(status.thread.set_aside.until),
            )
        case Stage.CLOSED if status.thread.closed and status.thread.closed.reason is CloseReason.DO_NOT_CONTACT:
            return format_line(_("{name} is closed, and left in peace."), name=name)
        case Stage.CLOSED if status.thread.closed:
            text = _("{name} is closed ({why}); the door stays open.")
            return format_line(text, name=name, why=close_reason_phrase(status.thread.closed.reason))
        case stage:
            return format_line(_next_step_phrase(stage), name=name)


def _next_step_phrase(stage: Stage) -> str:
    return {
        Stage.TO_CONTACT: _("{name} is kept for later; write whenever you like."),
        Stage.SOMEONE_ELSE: _("It's quiet with {name}; the next step is with someone else."),
        Stage.YOUR_TURN: _("It's your turn with {name}, in your own time."),
        Stage.IN_TOUCH: _("Nothing is open with {name}."),
        Stage.RESTING: _("{name} is resting; a reply ends the rest."),
    }[stage]


def busy_season_fields(context: BookContext, status: ContactStatus) -> tuple[Field, ...]:
    """The club's busy days that make this wait longer."""
    return tuple(
        Field(_("Busy in your club"), (_busy_season_phrase(context, season),))
        for season in context.seasons_in_wait(status)
    )


def _busy_season_phrase(context: BookContext, season: Season) -> str:
    days = f"{context.format_day(season.first)} – {context.format_day(season.last)}"
    return f"{days}: {season.reason}" if season.reason else days


def left_out_phrase(left: int) -> str:
    """How many rows or options do not fit, and how they are found."""
    return ngettext(
        "And {count} more: type a name to find it.", "And {count} more: type a name to find them.", left
    ).format(count=left)


def quotation_line(text: str) -> Line:
    """A member's own words, in quotation marks."""
    return format_line(_("“{text}”"), text=text)


def club_channel_mention(club: Club) -> Mention:
    return channel_mention(club.key.platform, club.meeting.channel_id)


def channel_mention(platform: str, channel_id: str) -> Mention:
    """The platform shows the channel's name. Where it cannot, as in notifications, a general phrase stands for it."""
    return Mention("channel", channel_id, channel_id if platform == "console" else _("the club's channel"))


def address_mention(address: Address) -> Mention:
    return member_mention(address.user, address.user if address.platform == "console" else "")


def member_mention(user_id: str, name: str) -> Mention:
    return Mention("person", user_id, name or _("that member"))
