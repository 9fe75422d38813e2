"""Our figures against Discord's own description of its API, when a copy of that stands beside this checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.discord import buttons, forms, render
from adapters.discord.element_ids import OURS
from bot.text.command_line import BUTTON_LIMIT

SPEC = Path(__file__).parents[4] / "shared" / "api-specs" / "discord-openapi.json"
FIGURES = {
    ("ButtonComponentForMessageRequest", "label", "maxLength"): buttons.LABEL,
    ("ButtonComponentForMessageRequest", "custom_id", "maxLength"): len(OURS) + BUTTON_LIMIT,
    ("ActionRowComponentForMessageRequest", "components", "maxItems"): render.IN_ROW,
    ("RichEmbed", "description", "maxLength"): render.DESCRIPTION,
    ("ModalInteractionCallbackRequestData", "title", "maxLength"): forms.TITLE,
    ("ModalInteractionCallbackRequestData", "custom_id", "maxLength"): len(OURS) + BUTTON_LIMIT,
    ("LabelComponentForModalRequest", "label", "maxLength"): forms.LABEL,
    ("LabelComponentForModalRequest", "description", "maxLength"): forms.DESCRIPTION,
    ("TextDisplayComponentForModalRequest", "content", "maxLength"): forms.INTRO,
    ("TextInputComponentForModalRequest", "value", "maxLength"): forms.TYPED,
    ("TextInputComponentForModalRequest", "max_length", "maximum"): forms.TYPED,
    ("StringSelectComponentForModalRequest", "options", "maxItems"): forms.OPTIONS,
    ("StringSelectOptionForRequest", "label", "maxLength"): forms.OPTION,
    ("StringSelectOptionForRequest", "value", "maxLength"): forms.OPTION,
}


@pytest.mark.skipif(not SPEC.exists(), reason="no copy of the description beside this checkout")
@pytest.mark.parametrize("place", FIGURES, ids=" ".join)
def test_a_limit_of_ours_is_that_of_discord(place):
    schema, name, limit = place
    described = json.loads(SPEC.read_text("utf-8"))["components"]["schemas"]
    assert described[schema]["properties"][name][limit] == FIGURES[place]
