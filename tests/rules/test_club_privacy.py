"""What must not stand where others read: contacts' names in all their forms, numbers, links, persons."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.club.privacy import PrivacyRisk, find_exposed_contacts, find_privacy_risk, redact_contact_names
from bot.domain.model import Contact

PRIVACY_ADDED_AT = datetime(2026, 11, 24, tzinfo=UTC)
REPLACEMENT_WORD = "someone"


def contacts_named(*names: str) -> list[Contact]:
    return [
        Contact(id=f"c{number}", name=name, added_at=PRIVACY_ADDED_AT, changed_at=PRIVACY_ADDED_AT)
        for number, name in enumerate(names)
    ]


# A contact, a text that names them, and the text without it.
NAMING_EXAMPLES = (
    ("Dana Smith", "Dana Smith wrote to me", "Someone wrote to me"),
    ("Dana Smith", "DANA WROTE", "Someone WROTE"),
    ("Dana Smith", "a word from smith", "A word from someone"),
    ("Dana Smith", "I liked dana’s answer", "I liked someone’s answer"),
    ("Dana Smith", "“Dana” said so", "“someone” said so"),
    ("Dana Smith", "Dana'll come, and Dana’d like to", "Someone'll come, and someone’d like to"),
    ("Dana Smith", "*Dana* and _Smith_ said yes", "*someone* and _someone_ said yes"),
    ("Dana Smith", "D.Smith and @dana", "D.someone and @someone"),
    ("Dana Smith", "the Smiths, and Danas Antwort", "The someone, and someone Antwort"),
    ("J. R. Smith", "J.R. Smith, that is Mr. Smith", "Someone, that is Mr. someone"),
    ("Jan van der Berg", "Jan van der Berg, or van der Berg", "Someone, or van der someone"),
    ("Dana Smith", "danasmith wrote", "Someone wrote"),
    ("Dana Smith", "first line\nDana\nlast line", "First line\nsomeone\nlast line"),
    ("José Núñez", "jose wrote", "Someone wrote"),
    ("Jose Nunez", "JOSÉ NÚÑEZ rang, José did", "Someone rang, someone did"),
    ("José", "jose\u0301 wrote", "Someone wrote"),
    ("Anne-Marie Wolf", "Marie wrote", "Someone wrote"),
    ("Anne-Marie Wolf", "Anne Marie wrote", "Someone wrote"),
    ("Anne Marie Wolf", "Anne‐Marie wrote", "Someone wrote"),
    ("Siobhán O’Brien", "O'Brien said yes", "Someone said yes"),
    ("Łukasz Strauß", "lukasz and strauss", "Someone and someone"),
    ("İpek Yıldız", "ipek ve yildiz", "Someone ve someone"),
    ("Ayşe Demir", "Ayşe'nin cevabı geldi", "Someone'nin cevabı geldi"),
    ("Ｄａｎａ", "Dana wrote", "Someone wrote"),
    ("Will Grant", "I will tell Will", "I will tell someone"),
    ("Will Grant", "WILL ANSWERED", "Someone ANSWERED"),
    ("will grant", "will grant wrote", "Someone wrote"),
    ("May Li", "May wrote", "Someone wrote"),
    ("Mark", "mark what Mark said", "mark what someone said"),
    ("王小明", "王小明昨天回信了", "Someone昨天回信了"),
    ("王小明", "小明昨天回信了", "Someone昨天回信了"),
    ("山田 太郎", "山田さんから返事が来た", "Someoneさんから返事が来た"),
    ("สมชาย ใจดี", "คุณสมชายตอบแล้ว", "คุณsomeoneตอบแล้ว"),
    ("김민수", "김민수가 답했다", "Someone가 답했다"),
    ("김 민수", "민수가 답했다", "Someone가 답했다"),
    ("أحمد علي", "كتب لي أحمد", "كتب لي someone"),
    ("أحمد علي", "وأحمد رد علي", "وsomeone رد someone"),
    ("دانا", "دَانَا ردت", "Someone ردت"),
    ("דנה כהן", "דנה ענתה", "Someone ענתה"),
    ("דנה כהן", "כתבתי לדנה אתמול", "כתבתי לsomeone אתמול"),
    ("Дана Иванова", "дана ответила", "Someone ответила"),
    ("कुमार", "कुमार ने लिखा", "Someone ने लिखा"),
)
HARMLESS_EXAMPLES = (
    ("Sam", "on the same day, with samples"),
    ("Al", "all of it, also als"),
    ("Will Grant", "I will ask for a grant"),
    ("May Li", "it may be so"),
    ("Mark", "mark my words"),
    ("Rob Chase", "to rob, to chase"),
    ("J Smith", "plan J"),
    ("Ann", "an annual plan"),
    ("Dana", "Danube and bandana"),
    ("Maria de la Cruz", "la vida de todos"),
    ("Jan van der Berg", "Der Tag war gut, and I drove a van"),
    ("The recruiter", "the day was good"),
    ("王小明", "明天很小"),
    ("A B C", "plan a and plan b"),
    ("علي", "عليه وعليك"),
    ("", "anything"),
    ("💬", "anything 💬"),
)


@pytest.mark.parametrize(("name", "text", "bare"), NAMING_EXAMPLES, ids=ascii)
def test_a_contact_is_seen_in_whatever_form_they_are_named(name: str, text: str, bare: str) -> None:
    contacts = contacts_named("Nobody Else", name)
    assert [contact.name for contact in find_exposed_contacts(text, contacts)] == [name]
    assert find_privacy_risk(text, contacts) is PrivacyRisk.CONTACT_NAME
    assert find_privacy_risk(text, contacts_named("Nobody Else")) is not PrivacyRisk.CONTACT_NAME


@pytest.mark.parametrize(("name", "text", "bare"), NAMING_EXAMPLES, ids=ascii)
def test_the_words_without_the_name_name_nobody_and_lose_nothing_else(name: str, text: str, bare: str) -> None:
    contacts = contacts_named("Nobody Else", name)
    said = redact_contact_names(text, contacts, REPLACEMENT_WORD)
    assert said == bare
    assert not find_exposed_contacts(said, contacts)


@pytest.mark.parametrize(("name", "text"), HARMLESS_EXAMPLES, ids=ascii)
def test_other_words_are_no_false_alarm(name: str, text: str) -> None:
    assert not find_exposed_contacts(text, contacts_named(name))
    assert redact_contact_names(text, contacts_named(name), REPLACEMENT_WORD).casefold() == text.casefold()


def test_two_contacts_are_both_replaced() -> None:
    contacts = contacts_named("Dana Smith", "Lee")
    assert (
        redact_contact_names("Dana and Lee met Danas friend", contacts, REPLACEMENT_WORD)
        == "Someone and someone met someone friend"
    )


NUMBER_EXAMPLES = (
    *("call +49 30 1234567", "030/1234567", "(030) 123 45 67", "555-123-4567", "5551234", "0800 1234567 is it"),
    *(
        "01.23.45.67.89",
        "01.12.13.14.15",
        "+33 1 23 45 67 89",
        "٠٣٠١٢٣٤٥٦٧",
        "tel:0301234567",
        "on 24.12.2026 ring 0301234567",
    ),
)
HARMLESS_NUMBERS = (
    *("in 2026", "9:30", "10-12 people", "1000 EUR", "1,000,000 EUR", "from 2024 to 2026", "3-5 days, 10-15 calls"),
    *("on 2026-11-24", "24.12.2026 at 10:30", "24/11/2026 10:00", "2024-2026", "2024–2026", "24. 12. 2026"),
    *("10:30-12:00", "on 2026-11-24 10:00", "9-5, 9 to 5", "version 1.2.3", "20 Dec 2026 to 5 Jan 2027", "2026/11/24"),
)  # fmt: skip
LINK_EXAMPLES = (
    "https://example.org/x",
    "see www.example.org",
    "a.b+c@example.org",
    "example.com",
    "Example.Org/path",
    "HTTP://X.Y",
)
HARMLESS_LINKS = ("e.g. this", "node.js", "etc.", "and so on...", "a/b", "me@work", "3.5", "I met them.Then I left")
PERSON_EXAMPLES = (
    "I would meet John Smith",
    "Herr Schmidt said so",
    "ask Dr. Weiss",
    "somebody called Anna",
    "with Ana Müller",
)
HARMLESS_PERSONS = (
    "We met at noon",
    "my Tuesday",
    "a design team",
    "I wrote in English",
    "called back",
    "the iPhone app",
)


@pytest.mark.parametrize("text", NUMBER_EXAMPLES)
def test_a_phone_number_is_seen(text: str) -> None:
    assert find_privacy_risk(text, ()) is PrivacyRisk.PHONE_NUMBER


@pytest.mark.parametrize("text", HARMLESS_NUMBERS)
def test_days_years_and_amounts_are_no_phone_numbers(text: str) -> None:
    assert find_privacy_risk(text, ()) is None


@pytest.mark.parametrize(
    ("texts", "seen"),
    [
        (LINK_EXAMPLES, PrivacyRisk.LINK),
        (HARMLESS_LINKS, None),
        (PERSON_EXAMPLES, PrivacyRisk.PERSON_NAME),
        (HARMLESS_PERSONS, None),
    ],
)
def test_links_and_persons_are_seen_and_other_words_are_not(texts: tuple[str, ...], seen: PrivacyRisk | None) -> None:
    assert {text: find_privacy_risk(text, ()) for text in texts} == dict.fromkeys(texts, seen)


def test_the_gravest_reason_is_told() -> None:
    text = "John Smith, https://example.org, 030 1234567"
    assert find_privacy_risk(f"{text}, Dana", contacts_named("Dana")) is PrivacyRisk.CONTACT_NAME
    assert find_privacy_risk(text, contacts_named("Dana")) is PrivacyRisk.PHONE_NUMBER
    assert find_privacy_risk("John Smith, https://example.org", ()) is PrivacyRisk.LINK
    assert find_privacy_risk("at Deutsche Bank", (), "Deutsche Bank") is None


WRITTEN_NAME_FORMS = (
    str.upper,
    str.lower,
    str.title,
    lambda one: f"“{one}”",
    lambda one: f"{one}'s",
    lambda one: f"*{one}*,",
)
CLEAR_NAMES = st.from_regex(r"[A-Z][a-zéüßøığ]{3,8}", fullmatch=True).filter(
    lambda one: one.casefold() not in PLAIN_WORDS
)
PLAIN_WORDS = ("wrote", "to", "me", "today", "and", "was", "kind")


@given(st.data(), st.lists(CLEAR_NAMES, min_size=1, max_size=3), st.sampled_from((" ", "-")))
@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_without_names_leaves_none_named_and_keeps_all_other_words(
    data: st.DataObject, name: list[str], between: str
) -> None:
    contacts = contacts_named(between.join(name))
    said = data.draw(
        st.lists(st.one_of(st.sampled_from(PLAIN_WORDS), st.sampled_from(name).flatmap(name_in_forms)), min_size=1)
    )
    text = " ".join(said)
    bare = redact_contact_names(text, contacts, REPLACEMENT_WORD)
    assert not find_exposed_contacts(bare, contacts)
    assert words_still_there(bare, {*PLAIN_WORDS}) == words_still_there(text, {*PLAIN_WORDS})
    assert (bare.casefold() == text.casefold()) == (not find_exposed_contacts(text, contacts))


def name_in_forms(word: str) -> st.SearchStrategy[str]:
    return st.sampled_from([form(word) for form in WRITTEN_NAME_FORMS])


def words_still_there(text: str, words: set[str]) -> list[str]:
    return [one for one in re.findall(r"[^\W_]+", text.casefold()) if one in words]
