"""Cards about one contact: the contact itself, why no reply comes, someone else, the menu."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.messages import Button, Card, Field, Line, format_line
from bot.domain.model import Attempt, Contact
from bot.rules import Stage, may_ask_introducer
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views import phrases
from bot.views.buttons import (
    add_contact_button,
    command_button,
    contact_menu_button,
    see_contact_button,
    short_contact_name,
    they_wrote_button,
)
from bot.views.timeline import contact_timeline_fields


def contact_card(context: BookContext, contact: Contact, first_line: Line | None = None) -> Card:
    """What is allowed now and when, the follow-ups used, and the time line. `first_line` is put above."""
    status = context.status_of(contact)
    lines = [phrases.next_step_line(context, contact, status)]
    if status.thread.episode:
        lines.append(format_line(_("Follow-ups: {slots}."), slots=phrases.quota_used_phrase(status)))
    if status.stage in (Stage.THEIR_TURN, Stage.SOMEONE_ELSE):
        lines.append(phrases.meanwhile_line(context, contact))
    return Card(
        lines=tuple([first_line, *lines[:2]] if first_line else lines),
        fields=(
            *phrases.busy_season_fields(context, status),
            *_contact_detail_fields(context, contact),
            *contact_timeline_fields(context, contact),
        ),
        buttons=_contact_buttons(context, contact),
    )


def stale_contact_button_card(context: BookContext, contact: Contact) -> Card:
    """A button of an outdated card was pressed: nothing changes, and the present state is shown."""
    return contact_card(context, contact, format_line(_("That button was from earlier; here is how things stand.")))


def _contact_buttons(context: BookContext, contact: Contact) -> tuple[Button, ...]:
    status = context.status_of(contact)
    reply_button, menu_button = they_wrote_button(contact), contact_menu_button(contact)
    match status.stage:
        case Stage.CLOSED | Stage.RESTING:
            return (
                reply_button,
                command_button(_("Take up again"), "wake", contact, with_mark=True),
                menu_button,
            )
        case Stage.SOMEONE_ELSE | Stage.THEIR_TURN if status.stage is Stage.SOMEONE_ELSE or not status.free_slots:
            # the quota is used, or its time is over: no button proposes another attempt
            others_button = command_button(_("Someone else"), "others", contact)
            rest_button = command_button(
                _("Rest {name}").format(name=short_contact_name(contact)), "rest", contact, with_mark=True
            )
            return (reply_button, others_button, rest_button, menu_button)
        case Stage.CALL_PLANNED if status.next_plan and status.next_plan.starts_at <= context.now:
            happened_button = command_button(_("It happened"), "held", contact, plan=status.next_plan.id)
            return (
                happened_button,
                command_button(_("Nobody called"), "nocall", contact, plan=status.next_plan.id),
                reply_button,
                menu_button,
            )
        case _:
            return (
                reply_button,
                command_button(_("I reached out"), "log", contact),
                command_button(_("Words"), "words", contact),
                menu_button,
            )


def _contact_detail_fields(context: BookContext, contact: Contact) -> Iterator[Field]:
    introducer = context.book.find_contact(contact.introducer_id)
    facts = (
        (_("Company"), contact.company),
        (_("Role"), contact.role),
        (_("Introduced by"), introducer.name if introducer else ""),
        (_("Lead"), str(contact.lead_source or "")),
        (_("E-mail"), contact.email),
        (_("Phone"), contact.phone),
        (_("Note"), contact.note),
        (
            _("Busy"),
            "; ".join(
                f"{context.format_day(days.first)} – {context.format_day(days.last)}" for days in contact.busy_ranges
            ),
        ),
        (_("Matters"), _("a lot") if contact.matters else ""),
    )
    return (Field(label, (value,)) for label, value in facts if value)


def contact_menu_card(context: BookContext, contact: Contact) -> Card:
    """The menu behind [More…]. As a list, it may have more buttons than a message."""
    status = context.status_of(contact)
    introducer = context.book.find_contact(contact.introducer_id)
    buttons = [
        see_contact_button(contact),
        command_button(_("Why no answer?"), "why", contact),
        _ask_club_about_button(contact)
        if status.stage is Stage.SOMEONE_ELSE
        else command_button(_("Plan a call"), "plan", contact),
        command_button(_("Someone else"), "others", contact),
        command_button(_("Later"), "snooze", contact),
        command_button(_("Edit"), "edit", contact),
        command_button(_("Rest"), "rest", contact, with_mark=True),
        command_button(_("Close"), "close", contact),
    ]
    if introducer and may_ask_introducer(status, contact):
        buttons.append(
            command_button(_("Ask {name}").format(name=short_contact_name(introducer)), "askintroducer", contact)
        )
    elif introducer:
        buttons.append(command_button(_("Thank {name}").format(name=short_contact_name(introducer)), "thank", contact))
    if context.book.settings.checkin:
        buttons.append(command_button(_("How am I?"), "checkin", contact))
    return Card(lines=(format_line(_("More about {name}."), name=contact.name),), buttons=tuple(buttons))


def other_contacts_card(context: BookContext, about: Contact | None) -> Card:
    """Suggests other contacts of the member, each with a short reason."""
    suggestions = context.suggest_contacts(about)
    if not suggestions:
        return Card(
            lines=(
                format_line(_("Nobody else is free for a step just now, and that's fine.")),
                format_line(_("A former colleague, a neighbour, a friend's friend: one name is enough.")),
            ),
            buttons=(add_contact_button(), _ask_club_about_button(about)),
        )
    return Card(
        lines=(
            format_line(_("Other doors, whatever happens elsewhere:")),
            format_line("{people}.", people=phrases.suggestions_phrase(suggestions)),
        ),
        buttons=(
            *(see_contact_button(suggestion.contact) for suggestion in suggestions),
            add_contact_button(),
        ),
    )


def _ask_club_about_button(about: Contact | None) -> Button:
    if about and about.company:
        return command_button(_("Ask the club about {company}").format(company=about.company[:40]), "askclub", about)
    return command_button(_("Ask the club"), "askclub", about)


def contact_silence_card(context: BookContext, contact: Contact) -> Card:
    """A kind answer to "why aren't they calling me back?"."""
    status = context.status_of(contact)
    if status.thread.episode is None:
        calm = format_line(_("Nobody is keeping you waiting here."))
        return Card(
            lines=(calm, phrases.next_step_line(context, contact, status)), buttons=_contact_buttons(context, contact)
        )
    call_was_unheld = status.thread.episode.follows_unheld_call
    reason = (
        _("A day can go wrong, a meeting run over.")
        if call_was_unheld
        else _("Weeks get full, and messages slide down.")
    )
    return Card(
        lines=(
            format_line(_("It's no fault of yours. {reason}"), reason=reason),
            _past_attempts_line(contact, context),
            phrases.next_step_line(context, contact, status),
        ),
        fields=phrases.busy_season_fields(context, status),
        buttons=(
            command_button(_("Someone else"), "others", contact),
            command_button(_("They wrote to me"), "reply", contact),
            contact_menu_button(contact),
        ),
    )


def _past_attempts_line(contact: Contact, context: BookContext) -> Line:
    attempts = [entry for entry in sorted(contact.entries, key=lambda entry: entry.at) if isinstance(entry, Attempt)]
    if not attempts:
        return format_line(_("You kept your word; that counts."))
    attempts_text = ", ".join(
        f"{phrases.channel_phrase(entry.channel)} {context.format_day(context.clock.calendar.day_of(entry.at))}"
        for entry in attempts[-3:]
    )
    return format_line(_("You reached out kindly: {touches}."), touches=attempts_text)
