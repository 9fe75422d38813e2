"""What members may say for each kind of argument: what is meant so, and what is not."""

from __future__ import annotations

from bot.commands import Argument, ArgumentKind

HOSTILE_VALUES = (
    "\x00",
    "a\x00b\x1b[31mred\x1b[0m",
    "\u202eevil\u202c \u2066in\u2069",
    "x" * 10_000,
    "@everyone",
    "<!channel> <@U123> <https://example.org|here>",
    "👩‍👩‍👧‍👦 🏳️‍🌈 é́́́́́́́́́́́́",
    "{name}",
    "{0} {} {day!r:>99} {{ }}",
    "%s %(name)s %n %d",
    'say "hi"',
    "“curly” ‘quotes’ „low“",
    '"',
    "note: when: yesterday contact: x",
    "#",
    "#abcdefghijklmnopqrstuv",
    "#me",
    "me",
    "-",
    "none",
    "'; DROP TABLE books; --",
    "../../etc/passwd",
    "**bold** _it_ `code` ~no~ ||spoiler||",
    "\\n \\x00 \\u202e",
    "İstanbul ıı ß ﬁ",
    "\ud800 half",
    "١٢٣",
    "2",
    "   ",
    "ㅤ",
    "/outreach add",
)
TIME_VALUES = (
    "now", "yesterday", "tomorrow 15:00", "in 3 days",
    "yesterday", "today", "now", "friday", "tomorrow 15:00", "friday 15:00", "in 2 weeks", "2", "may", "soon",
    "on the 5th", "3 Jan", "2027-01-05 09:00", "20 dec to 5 jan", "31 feb", "99999999", "9am", "last monday",
    "3 weeks ago",
)  # fmt: skip
VALUES_BY_KIND = {
    ArgumentKind.PAST_TIME: TIME_VALUES,
    ArgumentKind.FUTURE_TIME: TIME_VALUES,
    ArgumentKind.FUTURE_DAY: TIME_VALUES,
    ArgumentKind.DATE_RANGE: TIME_VALUES,
    ArgumentKind.NUMBER: ("0", "1", "2", "30", "-1", "²", "99999999999", "one"),
    ArgumentKind.YES_NO: ("yes", "no", "maybe"),
    ArgumentKind.HIDDEN: ("yes", "on", "stop", "later", "they", "me", "nobody", "phone", "written", "okay", "never",
                          "0", "7"),
}  # fmt: skip


def sensible_value(arg: Argument) -> str:
    """A value that the argument takes."""
    if arg.kind is ArgumentKind.CONTACT:
        return "Dana"
    return arg.choices[0] if arg.choices else "tomorrow 15:00"
