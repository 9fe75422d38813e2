"""The cards about one contact: just added, its own card, why, someone else, the menu behind [More…]."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.messages import Button, Card, Field, Line, line
from bot.domain.model import (
    Answer,
    Attempt,
    Away,
    Channel,
    Closed,
    Entry,
    Happened,
    IntroducerAsked,
    Outcome,
    Outreach,
    Plan,
    Reply,
    Rested,
    Settled,
    Snoozed,
    Turn,
    Who,
    Woken,
)
from bot.rules import Stage, may_ask_introducer
from bot.rules.context import Desk
from bot.text.i18n import _
from bot.views import phrases

TIME_LINE = 8


def added(desk: Desk, one: Outreach, introducer: Outreach | None = None) -> Card:
    """`introducer` when they came onto the board with this change."""
    stands = desk.stands(one)
    also = line(_("{name}, who introduced you, is there too."), name=introducer.name) if introducer else None
    return Card(
        lines=(
            line(_("{name} is on your board."), name=one.name),
            phrases.allowed(desk, one, stands),
            also or line(_("Anyone else you'd like to remember?")),
        ),
        buttons=(
            phrases.add_someone(),
            phrases.press(_("Plan a call"), "plan", one),
            phrases.press(_("Who moves next?"), "turn", one, marked=True)
            if one.entries
            else phrases.press(_("I reached out"), "log", one),
            phrases.undo(),
        ),
    )


def logged(desk: Desk, one: Outreach) -> Card:
    """After an attempt: what it used, and what comes next."""
    stands = desk.stands(one)
    last = next(entry for entry in reversed(one.entries) if isinstance(entry, Attempt))
    return Card(
        lines=(
            line(_noted_how(last.channel), how=phrases.channel(last.channel), name=one.name, at=desk.moment(last.at)),
            phrases.allowed(desk, one, stands),
            line(_("Follow-ups: {slots}."), slots=phrases.slots(stands)),
        ),
        buttons=(phrases.they_wrote(one), phrases.see(one), phrases.board(), phrases.undo()),
    )


def _noted_how(channel: Channel) -> str:
    match channel:
        case Channel.IN_PERSON:
            return _("Noted: you met {name}, {at}.")
        case Channel.OTHER:
            return _("Noted: you reached out to {name}, {at}.")
        case _:
            return _("Noted: {how} to {name}, {at}.")


def show(desk: Desk, one: Outreach, first: Line | None = None) -> Card:
    """The contact's own card: what is allowed now and when, the slots, the time line. `first` stands above it."""
    stands = desk.stands(one)
    lines = [phrases.allowed(desk, one, stands)]
    if stands.thread.episode:
        lines.append(line(_("Follow-ups: {slots}."), slots=phrases.slots(stands)))
    if stands.stage in (Stage.THEIR_TURN, Stage.SOMEONE_ELSE):
        lines.append(phrases.meanwhile(desk, one))
    return Card(
        lines=tuple([first, *lines[:2]] if first else lines),
        fields=(*phrases.busy_days(desk, stands), *_facts(desk, one), *_time_line(desk, one)),
        buttons=_buttons(desk, one),
    )


def noted() -> Line:
    return line(_("Noted."))


def stale(desk: Desk, one: Outreach) -> Card:
    """A button of an earlier card was pressed: nothing is changed, the present state is shown."""
    return show(desk, one, line(_("That button was from earlier; here is how things stand.")))


def _buttons(desk: Desk, one: Outreach) -> tuple[Button, ...]:
    stands = desk.stands(one)
    wrote, more = phrases.they_wrote(one), phrases.more(one)
    match stands.stage:
        case Stage.CLOSED | Stage.RESTING:
            return (wrote, phrases.press(_("Take up again"), "wake", one, marked=True), more)
        case Stage.SOMEONE_ELSE | Stage.THEIR_TURN if stands.stage is Stage.SOMEONE_ELSE or not stands.free:
            # the quota is used, or its time is over: nothing proposes another touch
            others = phrases.press(_("Someone else"), "others", one)
            rest = phrases.press(_("Rest {name}").format(name=phrases.short(one)), "rest", one, marked=True)
            return (wrote, others, rest, more)
        case Stage.CALL_PLANNED if stands.plan and stands.plan.start <= desk.now:
            held = phrases.press(_("It happened"), "held", one, plan=stands.plan.id)
            return (held, phrases.press(_("Nobody called"), "nocall", one, plan=stands.plan.id), wrote, more)
        case _:
            return (
                wrote,
                phrases.press(_("I reached out"), "log", one),
                phrases.press(_("Words"), "words", one),
                more,
            )


def _facts(desk: Desk, one: Outreach) -> Iterator[Field]:
    introducer = desk.book.contact(one.via)
    facts = (
        (_("Company"), one.company),
        (_("Role"), one.role),
        (_("Introduced by"), introducer.name if introducer else ""),
        (_("Lead"), str(one.lead or "")),
        (_("E-mail"), one.email),
        (_("Phone"), one.phone),
        (_("Note"), one.note),
        (_("Busy"), "; ".join(f"{desk.day(days.first)} – {desk.day(days.last)}" for days in one.busy)),
        (_("Matters"), _("a lot") if one.matters else ""),
    )
    return (Field(label, (value,)) for label, value in facts if value)


def _time_line(desk: Desk, one: Outreach) -> Iterator[Field]:
    """The newest happenings, in the order of time."""
    entries = sorted(one.entries, key=lambda entry: entry.at)[-TIME_LINE:]
    for entry in entries:
        note = line(" – {note}", note=entry.note) if entry.note else ()
        yield Field(desk.day(desk.days.calendar.day(entry.at)), (*_happened(desk, entry), *note))


def _happened(desk: Desk, entry: Entry) -> Line:
    match entry:
        case Attempt() if entry.news:
            return line(_("you: {how}, with news: {news}"), how=phrases.channel(entry.channel), news=entry.news)
        case Attempt():
            return line(_("you: {how}"), how=phrases.channel(entry.channel))
        case Plan():
            return line(_("call planned for {at}"), at=desk.moment(entry.start))
        case Away():
            return line(_("away until {day}"), day=desk.day(entry.until))
        case Snoozed():
            return line(_("left until {day}"), day=desk.day(entry.until))
        case Turn() if entry.who is Who.THEY and entry.by:
            return line(_("they move next, by {day}"), day=desk.day(entry.by))
        case _:
            return line(_short_words(entry))


def _short_words(entry: Entry) -> str:
    match entry:
        case Reply():
            return {
                Answer.ANSWER: _("they: an answer"),
                Answer.REFERRAL: _("they: a referral"),
                Answer.NO: _("they: a no"),
            }[entry.answer]
        case Turn():
            return {Who.ME: _("you move next"), Who.THEY: _("they move next"), Who.NOBODY: _("nothing more")}[entry.who]
        case Outcome():
            return {
                Happened.HELD: _("the call happened"),
                Happened.NO_CALL: _("the call did not happen"),
                Happened.MOVED: _("the call was moved"),
                Happened.MISSED: _("you missed the call"),
            }[entry.happened]
        case Settled():
            return _("{what} left out, as you chose").format(what=phrases.slot(entry.slot))
        case Rested():
            return _("set aside")
        case Closed():
            return _("closed: {why}").format(why=phrases.ending(entry.ending))
        case IntroducerAsked():
            return _("asked the introducer whether all is well")
        case Woken() | _:
            return _("taken up again")


def more(desk: Desk, one: Outreach) -> Card:
    """The menu behind [More…]: it lists, so it may hold more buttons than a message does."""
    stands = desk.stands(one)
    introducer = desk.book.contact(one.via)
    buttons = [
        phrases.see(one),
        phrases.press(_("Why no answer?"), "why", one),
        _ask_club(one) if stands.stage is Stage.SOMEONE_ELSE else phrases.press(_("Plan a call"), "plan", one),
        phrases.press(_("Someone else"), "others", one),
        phrases.press(_("Later"), "snooze", one),
        phrases.press(_("Edit"), "edit", one),
        phrases.press(_("Rest"), "rest", one, marked=True),
        phrases.press(_("Close"), "close", one),
    ]
    if introducer and may_ask_introducer(stands, one):
        buttons.append(phrases.press(_("Ask {name}").format(name=phrases.short(introducer)), "askintroducer", one))
    elif introducer:
        buttons.append(phrases.press(_("Thank {name}").format(name=phrases.short(introducer)), "thank", one))
    if desk.book.settings.checkin:
        buttons.append(phrases.press(_("How am I?"), "checkin", one))
    return Card(lines=(line(_("More about {name}."), name=one.name),), buttons=tuple(buttons))


def others(desk: Desk, about: Outreach | None) -> Card:
    """Someone else: people of the member's own network, each with a short reason."""
    people = desk.others(about)
    if not people:
        return Card(
            lines=(
                line(_("Nobody else is free for a step just now, and that's fine.")),
                line(_("A former colleague, a neighbour, a friend's friend: one name is enough.")),
            ),
            buttons=(phrases.add_someone(), _ask_club(about)),
        )
    return Card(
        lines=(
            line(_("Other doors, whatever happens elsewhere:")),
            line("{people}.", people=phrases.suggested(people)),
        ),
        buttons=(*(phrases.see(one.contact) for one in people), phrases.add_someone()),
    )


def _ask_club(about: Outreach | None) -> Button:
    if about and about.company:
        return phrases.press(_("Ask the club about {company}").format(company=about.company[:40]), "askclub", about)
    return phrases.press(_("Ask the club"), "askclub", about)


def why(desk: Desk, one: Outreach) -> Card:
    """The kind answer to "why aren't they calling me back?"."""
    stands = desk.stands(one)
    if stands.thread.episode is None:
        calm = line(_("Nobody is keeping you waiting here."))
        return Card(lines=(calm, phrases.allowed(desk, one, stands)), buttons=_buttons(desk, one))
    abrupt = stands.thread.episode.abrupt
    reason = _("A day can go wrong, a meeting run over.") if abrupt else _("Weeks get full, and messages slide down.")
    return Card(
        lines=(
            line(_("It's no fault of yours. {reason}"), reason=reason),
            _done(one, desk),
            phrases.allowed(desk, one, stands),
        ),
        fields=phrases.busy_days(desk, stands),
        buttons=(
            phrases.press(_("Someone else"), "others", one),
            phrases.press(_("They wrote to me"), "reply", one),
            phrases.more(one),
        ),
    )


def _done(one: Outreach, desk: Desk) -> Line:
    touches = [entry for entry in sorted(one.entries, key=lambda entry: entry.at) if isinstance(entry, Attempt)]
    if not touches:
        return line(_("You kept your word; that counts."))
    said = ", ".join(
        f"{phrases.channel(entry.channel)} {desk.day(desk.days.calendar.day(entry.at))}" for entry in touches[-3:]
    )
    return line(_("You reached out kindly: {touches}."), touches=said)
