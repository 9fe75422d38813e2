"""Cards, forms and a page to look at: the same on every platform."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.messages import (
    Button,
    ButtonStyle,
    Card,
    Choice,
    Choose,
    Field,
    Form,
    Input,
    Instant,
    Page,
    Row,
    Section,
)

NOON = datetime(2026, 12, 1, 11, tzinfo=UTC)  # noon in Berlin, a Tuesday


def labelled_buttons(*labels: str) -> tuple[Button, ...]:
    return tuple(Button(label, label) for label in labels)


ADDED_CARD = Card(
    (
        ("Dana is on your board.",),
        ("It's Dana's turn; nothing to do until ", Instant(NOON + timedelta(days=2), "Thu 3 Dec"), "."),
        ("Anyone else you'd like to remember?",),
    ),
    buttons=labelled_buttons("Add someone", "Plan a call", "Undo"),
)
SHOWN_CARD = Card(
    (("It's okay to e-mail Dana now, and okay not to.",),),
    fields=(
        Field("e-mail", ("0/1",)),
        Field("call", ("1/1",)),
        Field("how you know them", ("introduced by Sam, who met Dana at the spring fair and has kept in touch since",)),
        Field("山田さん", ("a name of wide letters",)),
    ),
    buttons=labelled_buttons(
        "They wrote", "I reached out", "Words", "Rest Dana", "Someone else", "Plan a call", "More…"
    ),
)
TEMPLATE_CARD = Card(
    (("Here are words you could use; change what you like.",),),
    quote="Hi Dana, I hope you're all right.\nI enjoyed our exchange and would be glad to talk another day, "
    "whenever it suits you.\nIf this is a busy time, no need to reply.",
    buttons=labelled_buttons("I sent it: uses my call", "Other words", "Not now"),
)
CALL_CHECK_CARD = Card(
    (("I hope your day is going well.",), ("Did your call with Dana happen?",)),
    buttons=labelled_buttons("Yes", "Moved", "No, no call", "I missed it"),
)
BOARD_CARD = Card(
    (("Nothing to do until Thursday.",),),
    fields=(Field("", ("Lee: your turn since Tuesday",)), Field("", ("Priya: not contacted yet",))),
    buttons=labelled_buttons("Lee", "Priya"),
)
PLAN_FORM = Form(
    "Plan a call with Dana",
    "plan",
    (
        Input(
            "when", "Day and hour", "moment", required=True, value="tomorrow", error="At what hour?", hint="Tue 15:00"
        ),
        Input("minutes", "How long, in minutes", "number", value="30"),
        Input(
            "channel", "Where", "select", value="phone", options=(Choice("phone", "By phone"), Choice("web", "Online"))
        ),
    ),
    intro=(("What you typed is kept.",),),
)
HOSTILE_CARD = Card(
    (("[bold red]Dana[/] \x1b[31mred\x1b[0m \x9b1m \u202egnp.exe\u202c \x00\x07 :smile: \udcff",),),
    fields=(Field("[link=x]", ("two\nlines [/nothing]",)),),
    quote="\x1b]8;;http://x\x07[/]",
    buttons=labelled_buttons("[red]Yes[/red]\n", "\x1b[2JNo"),
)
PERMISSION_CARD = Card(
    (
        ("Dana may have had a full week.",),
        ("It's okay to send Dana your one e-mail now, and okay not to.",),
    ),
    fields=(Field("2 more can wait", ("Lee and Priya",)),),
    buttons=labelled_buttons("Show words", "Later", "I'd rather not", "Board"),
    notification="A word about someone on your board.",
)
MENU_CARD = Card(
    (("More about Dana.",),),
    buttons=labelled_buttons(
        "Why no answer?",
        "Plan a call",
        "Someone else",
        "Later",
        "Edit",
        "Rest",
        "Close",
        "Ask Sam",
        "How am I?",
    ),
)
BRAKE_CARD = Card(
    (
        ("Wanting to try again makes sense.",),
        ("Dana has your e-mail and your call; more may feel like pressure.",),
        ("Lee and Priya are on your board too.",),
    ),
    buttons=labelled_buttons("Show others", "They wrote to me", "There is real news", "Log it anyway"),
    is_unfinished=True,
)
GROUPS_CARD = Card(
    (),
    fields=(
        Field("Your turn", ("Lee (heard from Tue 24 Nov)",)),
        Field("It's okay to e-mail", ("Priya (e-mail 0/1, call 0/1)",)),
        Field("Call planned", ("Sam, ", Instant(NOON + timedelta(days=1, hours=3), "Wed 2 Dec, 15:00"))),
        Field("Nothing to do", ("Dana until Thu 3 Dec (e-mail 0/1, call 1/1)",)),
    ),
    buttons=labelled_buttons("Lee", "Priya", "Add someone", "More…"),
)
CHANNEL_CHOICES = (Choice("email", "e-mail"), Choice("phone", "call"), Choice("none", "none"))
ADD_FORM = Form(
    "Note somebody that you would like to hear from.",
    "add",
    (
        Input("contact", "What is their name?", required=True, hint="a nickname is enough"),
        Input("channel", "Did you reach out already, and how?", "select", options=CHANNEL_CHOICES),
        Input("when", "When was it?", "moment", hint="now, if you leave it empty"),
        Input("note", "A note for yourself?", "long", value="Met at the spring fair.\nLikes birds."),
    ),
)
PAUSE_FORM = Form(
    "Pause",
    "pause",
    (Input("until", "Until when?", "date", required=True, value="2027-01-03", hint="friday, in 2 weeks, 3 Jan"),),
)
HOME_PAGE = Page(
    (("Welcome back.",), ("Nothing has to be done today.",)),
    sections=(
        Section("Your turn", (Row(("Lee (heard from Tue 24 Nov)",), labelled_buttons("Lee")[0]),)),
        Section("It's okay to e-mail", (Row(("Priya (e-mail 0/1, call 0/1)",), labelled_buttons("Priya")[0]),)),
        Section(
            "Call planned",
            (
                Row(
                    ("Sam, ", Instant(NOON + timedelta(days=1, hours=3), "Wed 2 Dec, 15:00")),
                    labelled_buttons("Sam")[0],
                ),
            ),
        ),
        Section("Nothing to do", (Row(("Dana until Thu 3 Dec",)), Row(("Lee until Fri 4 Dec",)))),
    ),
    buttons=labelled_buttons("Add someone", "I reached out", "Settings", "Help"),
)
NEW_MEMBER_HOME_PAGE = Page(
    (
        ("Waiting to hear back is hard, and no fault of yours.",),
        ("Give me one name; I'll track whose turn it is.",),
        ("I write to none of your contacts; the club sees only what you share.",),
    ),
    buttons=labelled_buttons("Add someone", "Who can read this?"),
)
PEOPLE = (
    *("Ada Obi", "Ben Tal", "Cleo Marsh", "Dana Smith", "Dov Katz", "Eve Lund", "Fay Ito", "Gus Roth", "Hal Berg"),
    *("Ida Voss", "Jan Kern", "Kim Park", "Lee Wong", "Lou Blanc", "Max Stein", "Nia Cole", "Omar Ali", "Pia Graf"),
    *("Quinn Day", "Ravi Nair", "Sam Reyes", "Tess Boyd", "Una Fox", "Vic Hale", "Wes Dunn", "Xia Chen", "Yan Wolf"),
)
ROWS_CARD = Card(
    (("Nothing has to be done today.",),),
    head="Your board",
    sections=(
        Section(
            "Your turn", (Row(("heard from Tue 24 Nov",), Button("Write", "show lee", ButtonStyle.PRIMARY), "Lee"),)
        ),
        Section(
            "Waiting until Thu 10 Dec",
            (
                Row((), Button("See Dana Smith", "show dana"), "Dana Smith"),
                Row(("call 1/1",), Button("See Priya", "show priya"), "Priya"),
                Row(("call on ", Instant(NOON + timedelta(days=1, hours=3), "Wed 2 Dec, 15:00")), None, "Sam"),
            ),
        ),
    ),
    buttons=labelled_buttons("Add someone", "Next page", "More…"),
)
CHOOSE_CARD = Card(
    (("There is more than one “a” on your board. Whom do you mean?",),),
    choose=Choose("Pick someone", tuple(Button(name, f"show {name}") for name in PEOPLE), left_out=3),
    buttons=labelled_buttons("Board"),
)
FINAL_CARD = Card(
    (("This erases Dana Smith and all notes about them.",), ("It is final. Resting keeps everything.",)),
    head="Dana Smith",
    buttons=(Button("Erase Dana Smith", "erase", ButtonStyle.DANGER), *labelled_buttons("Rest Dana Smith", "See Dana")),
)
POST_CARD = Card(
    (("This goes to #club, without your name:",),),
    head="Your question",
    quote="Does anyone here know someone at Acme?",
    buttons=(Button("Post it", "post", ButtonStyle.PRIMARY), *labelled_buttons("Change it", "Not now")),
)
