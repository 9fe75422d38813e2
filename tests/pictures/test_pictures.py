"""The pictures show what the renderers send, and nothing that a member typed becomes HTML."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import cards
from tests.pictures.__main__ import PICTURE_STYLES, PictureStyle, picture_page_html, write_picture_pages


def test_every_group_is_drawn_for_both_platforms_in_light_and_dark(tmp_path: Path) -> None:
    names = {page.stem for page in write_picture_pages(tmp_path)}
    groups = ("model", "cards", "forms", "reminders", "club")
    assert names == {
        *(f"{platform}-{group}-{theme}" for platform in ("slack", "discord") for group in groups for theme in THEMES),
        *(f"slack-home-{theme}" for theme in THEMES),
    }


THEMES = ("light", "dark")


@pytest.mark.parametrize("style", PICTURE_STYLES, ids=lambda style: style.platform.name)
def test_what_can_be_pressed_or_chosen_is_seen(style: PictureStyle) -> None:
    scenes = {"rows": cards.ROWS_CARD, "choose": cards.CHOOSE_CARD, "final": cards.FINAL_CARD, "plan": cards.PLAN_FORM}
    page = picture_page_html(style, scenes, "dark", notifies=True)
    for what in (cards.ROWS_CARD, cards.CHOOSE_CARD, cards.FINAL_CARD):
        assert all(act.label in page for act in what.acts)
        assert what.text().split("\n")[0] in page
    assert all(input_.label in page for input_ in cards.PLAN_FORM.inputs)


@pytest.mark.parametrize("style", PICTURE_STYLES, ids=lambda style: style.platform.name)
def test_nothing_that_was_typed_becomes_html(style: PictureStyle) -> None:
    hostile = cards.Card(
        (("<script>a</script> & <b>",),),
        (cards.Field("<i>", ("<u>",)),),
        "<pre>x",
        (cards.Button("<a>", "x"),),
        sections=(cards.Section("<h1>", (cards.Row(("<p>",), cards.Button("<q>", "y"), "<em>"),)),),
    )
    page = picture_page_html(style, {"<s>": hostile}, "light", notifies=True)
    for tag in ("<script>", "<i>", "<u>", "<pre>x", "<a>", "<h1>", "<p>", "<q>", "<em>", "<s>"):
        assert tag not in page
