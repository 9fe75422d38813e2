"""`.env.example` is the settings, written down."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.host import config

ENV_EXAMPLE_FILE = Path(__file__).parents[2] / ".env.example"


def test_the_file_is_what_the_settings_say() -> None:
    assert ENV_EXAMPLE_FILE.read_text(encoding="utf-8") == config.render_env_example(), "run: make env-example"


@pytest.mark.parametrize("key", config.ENV_KEYS)
def test_every_key_has_one_or_two_lines_of_comment(key: str) -> None:
    (block,) = [part for part in config.render_env_example().split("\n\n") if f"\n{key}=" in part]
    comments = [line for line in block.splitlines() if line.startswith("# ")]
    assert 1 <= len(comments) <= 2


def test_a_copy_of_the_file_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in [key for key in os.environ if key in config.ENV_KEYS or key.startswith(config.ENV_PREFIX)]:
        monkeypatch.delenv(key)
    bare = config.load_config(tmp_path)
    (tmp_path / ".env").write_bytes(ENV_EXAMPLE_FILE.read_bytes())
    assert config.load_config(tmp_path) == bare
