"""Our figures against Discord's own description of its API, when a copy of that stands beside this checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.discord import buttons, components, forms, render
from adapters.discord.element_ids import DISCORD_ID_PREFIX
from bot.text.command_line import MAX_BUTTON_LINE_CHARS

DISCORD_LIMITS_SPEC = Path(__file__).parents[4] / "shared" / "api-specs" / "discord-openapi.json"
DISCORD_LIMIT_FIGURES = {
    ("ButtonComponentForMessageRequest", "label", "maxLength"): buttons.MAX_DISCORD_BUTTON_LABEL_CHARS,
    ("ButtonComponentForMessageRequest", "custom_id", "maxLength"): len(DISCORD_ID_PREFIX) + MAX_BUTTON_LINE_CHARS,
    ("ActionRowComponentForMessageRequest", "components", "maxItems"): components.MAX_DISCORD_BUTTONS_IN_ROW,
    ("StringSelectComponentForMessageRequest", "placeholder", "maxLength"): components.MAX_SELECT_QUESTION_CHARS,
    ("RichEmbed", "description", "maxLength"): render.MAX_EMBED_DESCRIPTION_CHARS,
    ("ModalInteractionCallbackRequestData", "title", "maxLength"): forms.MAX_DISCORD_MODAL_TITLE_CHARS,
    ("ModalInteractionCallbackRequestData", "custom_id", "maxLength"): len(DISCORD_ID_PREFIX) + MAX_BUTTON_LINE_CHARS,
    ("LabelComponentForModalRequest", "label", "maxLength"): forms.MAX_DISCORD_INPUT_LABEL_CHARS,
    ("LabelComponentForModalRequest", "description", "maxLength"): forms.MAX_DISCORD_INPUT_DESCRIPTION_CHARS,
    ("TextDisplayComponentForModalRequest", "content", "maxLength"): forms.MAX_TEXT_DISPLAY_CHARS,
    ("TextInputComponentForModalRequest", "value", "maxLength"): forms.MAX_DISCORD_TEXT_INPUT_CHARS,
    ("TextInputComponentForModalRequest", "max_length", "maximum"): forms.MAX_DISCORD_TEXT_INPUT_CHARS,
    ("StringSelectComponentForModalRequest", "options", "maxItems"): forms.MAX_DISCORD_SELECT_OPTIONS,
    ("StringSelectOptionForRequest", "label", "maxLength"): forms.MAX_DISCORD_SELECT_OPTION_CHARS,
    ("StringSelectOptionForRequest", "value", "maxLength"): forms.MAX_DISCORD_SELECT_OPTION_CHARS,
}


@pytest.mark.skipif(not DISCORD_LIMITS_SPEC.exists(), reason="no copy of the description beside this checkout")
@pytest.mark.parametrize("place", DISCORD_LIMIT_FIGURES, ids=" ".join)
def test_a_limit_of_ours_is_that_of_discord(place):
    schema, name, limit = place
    described = json.loads(DISCORD_LIMITS_SPEC.read_text("utf-8"))["components"]["schemas"]
    assert described[schema]["properties"][name][limit] == DISCORD_LIMIT_FIGURES[place]
