"""The settings: what is taken, what is refused, and how it is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.domain.model import HostDefaults
from bot.host import config, setting_checks
from bot.host.config import ConfigError, load_config

CONFIG_BOT_TOKEN, CONFIG_APP_TOKEN, CONFIG_SIGNING_SECRET = "xoxb-1-abc", "xapp-1-abc", "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder without `.env`, and none of our keys in the environment."""
    monkeypatch.chdir(tmp_path)
    for key in [key for key in os.environ if key in config.ENV_KEYS or key.startswith(config.ENV_PREFIX)]:
        monkeypatch.delenv(key)


def write_dotenv(text: str | bytes) -> None:
    Path(".env").write_bytes(text.encode() if isinstance(text, str) else text)


def setting_problems() -> dict[str, config.SettingProblem]:
    with pytest.raises(ConfigError) as caught:
        load_config()
    return {problem.key: problem for problem in caught.value.problems}


def test_without_any_setting_the_defaults_hold() -> None:
    taken = load_config()
    assert (taken.store, taken.country, taken.max_sleep, taken.log) == ("tinydb:data", "", 30, "info")
    assert taken.platforms == ()


def test_the_zone_is_the_machines_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting_checks, "machine_zone", lambda: "Asia/Tokyo")
    assert load_config().host_defaults == HostDefaults("Asia/Tokyo", "")
    assert not load_config().is_zone_guessed


def test_utc_is_told_to_be_a_guess_when_the_machine_tells_no_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting_checks, "machine_zone", lambda: "")
    assert (load_config().zone, load_config().is_zone_guessed) == ("UTC", True)
    monkeypatch.setenv("STALEMATE_ZONE", "UTC")
    assert not load_config().is_zone_guessed


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write_dotenv("STALEMATE_LOG=debug\nSTALEMATE_MAX_SLEEP=7\n")
    monkeypatch.setenv("STALEMATE_LOG", "error")
    assert (load_config().log, load_config().max_sleep) == ("error", 7)


def test_an_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    write_dotenv("STALEMATE_LOG=debug\nSTALEMATE_COUNTRY=\nDISCORD_TOKEN=''\n")
    monkeypatch.setenv("STALEMATE_LOG", " ")
    assert (load_config().log, load_config().country, load_config().discord_token) == ("debug", "", None)


def test_all_problems_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    write_dotenv(
        "nonsense\nSTALEMATE_ZONE=Mars\nSTALEMATE_STOER=memory:\nSTALEMATE_COUNTRY=XX\nSLACK_BOT_TOKEN=xoxp-1\n"
    )
    monkeypatch.setenv("STALEMATE_MAX_SLEEP", "0")
    assert set(setting_problems()) == {
        ".env",
        "STALEMATE_ZONE",
        "STALEMATE_STOER",
        "STALEMATE_COUNTRY",
        "STALEMATE_MAX_SLEEP",
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
    }


@pytest.mark.parametrize("key", ["STALEMATE_STOER", "stalemate_store"])
def test_a_misspelt_key_is_told_with_the_nearest(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv(key, "memory:")
    assert setting_problems()[key].remedy == "Did you mean STALEMATE_STORE?"


def test_the_keys_of_the_test_suite_are_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STALEMATE_TEST_DATABASE_URL", "x")
    load_config()


@pytest.mark.parametrize("value", ["postgresql://me:hunter2@db/x", "tinydb:", "data", "memory:x"])
def test_another_store_is_refused_without_repeating_its_password(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("STALEMATE_STORE", value)
    told = str(setting_problems()["STALEMATE_STORE"])
    assert "tinydb:FOLDER" in told
    assert "memory:" in told
    assert "hunter2" not in told


@pytest.mark.parametrize("value", ["0", "3601", "-1", "1.5", "soon", "³"])
def test_seconds_out_of_range_are_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("STALEMATE_MAX_SLEEP", value)
    assert "1 to 3600" in setting_problems()["STALEMATE_MAX_SLEEP"].remedy


@pytest.mark.parametrize("value", ["europe/berlin", "Europe/Berlim"])
def test_a_zone_nearly_right_is_answered_with_the_right_one(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("STALEMATE_ZONE", value)
    assert setting_problems()["STALEMATE_ZONE"].remedy == "Did you mean Europe/Berlin?"


@pytest.mark.parametrize("value", ["Europe", "../etc/passwd", "/etc/localtime", "+02:00"])
def test_what_is_no_zone_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("STALEMATE_ZONE", value)
    assert "STALEMATE_ZONE" in setting_problems()


def test_a_country_may_be_written_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STALEMATE_COUNTRY", "de")
    assert load_config().host_defaults.country == "DE"


def test_tokens_choose_the_platforms_and_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {"SLACK_BOT_TOKEN": CONFIG_BOT_TOKEN, "SLACK_APP_TOKEN": CONFIG_APP_TOKEN, "DISCORD_TOKEN": "abc.def.ghi"}
    for key, value in secrets.items():
        monkeypatch.setenv(key, value)
    assert load_config().platforms == ("slack", "discord")
    assert not [value for value in secrets.values() if value in repr(load_config())]


@pytest.mark.parametrize("key", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DISCORD_TOKEN"])
def test_a_token_of_another_shape_is_refused_without_repeating_it(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv(key, "hunter2 hunter2")
    with pytest.raises(ConfigError) as caught:
        load_config()
    assert key in [problem.key for problem in caught.value.problems]
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("mode", "given", "missing"),
    [
        ("socket", {"SLACK_BOT_TOKEN": CONFIG_BOT_TOKEN}, {"SLACK_APP_TOKEN"}),
        ("socket", {"SLACK_APP_TOKEN": CONFIG_APP_TOKEN}, {"SLACK_BOT_TOKEN"}),
        ("socket", {"SLACK_SIGNING_SECRET": CONFIG_SIGNING_SECRET}, {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}),
        ("http", {"SLACK_BOT_TOKEN": CONFIG_BOT_TOKEN, "SLACK_APP_TOKEN": CONFIG_APP_TOKEN}, {"SLACK_SIGNING_SECRET"}),
        ("http", {"SLACK_SIGNING_SECRET": CONFIG_SIGNING_SECRET}, {"SLACK_BOT_TOKEN"}),
        (" HTTP ", {"SLACK_BOT_TOKEN": CONFIG_BOT_TOKEN}, {"SLACK_SIGNING_SECRET"}),
    ],
)
def test_a_mode_of_slack_asks_for_the_tokens_it_lacks(
    monkeypatch: pytest.MonkeyPatch, mode: str, given: dict[str, str], missing: set[str]
) -> None:
    for key, value in {"SLACK_MODE": mode, **given}.items():
        monkeypatch.setenv(key, value)
    found = setting_problems()
    assert set(found) == missing
    assert {one.message for one in found.values()} == {f"Slack's {mode.strip().lower()} mode needs it"}
    assert all("leave" in one.remedy and all(key in one.remedy for key in given) for one in found.values())


def test_tokens_that_fit_the_other_mode_are_answered_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", CONFIG_BOT_TOKEN)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", CONFIG_SIGNING_SECRET)
    assert "SLACK_MODE=http" in setting_problems()["SLACK_APP_TOKEN"].remedy


@pytest.mark.parametrize(
    ("mode", "other"),
    [("", {"SLACK_APP_TOKEN": CONFIG_APP_TOKEN}), ("HTTP", {"SLACK_SIGNING_SECRET": CONFIG_SIGNING_SECRET})],
)
def test_each_mode_of_slack_needs_two_secrets_and_no_third(
    monkeypatch: pytest.MonkeyPatch, mode: str, other: dict[str, str]
) -> None:
    for key, value in {"SLACK_MODE": mode, "SLACK_BOT_TOKEN": CONFIG_BOT_TOKEN, **other}.items():
        monkeypatch.setenv(key, value)
    assert (load_config().platforms, load_config().slack_mode) == (("slack",), mode.lower() or "socket")


def test_a_mode_alone_serves_nothing_and_is_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_MODE", "http")
    assert load_config().platforms == ()


def test_a_mode_that_is_none_is_one_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_MODE", "sockets")
    monkeypatch.setenv("SLACK_BOT_TOKEN", CONFIG_BOT_TOKEN)
    assert {key: one.remedy for key, one in setting_problems().items()} == {"SLACK_MODE": "Give one of socket, http"}


def test_swapped_slack_tokens_are_told_to_be_swapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", CONFIG_APP_TOKEN)
    monkeypatch.setenv("SLACK_APP_TOKEN", CONFIG_BOT_TOKEN)
    assert {key: (one.message, one.remedy.partition(";")[0]) for key, one in setting_problems().items()} == {
        "SLACK_BOT_TOKEN": ("this is Slack's app-level token", "Put it into SLACK_APP_TOKEN"),
        "SLACK_APP_TOKEN": ("this is Slack's bot token", "Put it into SLACK_BOT_TOKEN"),
    }


def test_the_server_for_slack_is_reached_from_this_machine_alone_unless_told() -> None:
    assert (load_config().http_host, load_config().http_port) == ("127.0.0.1", 3000)


@pytest.mark.parametrize("value", ["0", "65536", "-1", "http", "999999", "80.0"])
def test_what_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HTTP_PORT", value)
    assert "1 to 65535" in setting_problems()["HTTP_PORT"].remedy


@pytest.mark.parametrize("value", ["0.0.0.0", "::", "localhost", "bot.internal"])  # noqa: S104 - a setting, not a bind
def test_an_address_to_listen_at_is_taken(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HTTP_HOST", value)
    assert load_config().http_host == value


@pytest.mark.parametrize("value", ["https://bot.example", "127.0.0.1/slack", "my host"])
def test_what_is_no_address_to_listen_at_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HTTP_HOST", value)
    assert "127.0.0.1" in setting_problems()["HTTP_HOST"].remedy


def test_without_a_server_to_try_things_out_discord_has_the_commands_everywhere() -> None:
    assert (load_config().discord_dev_guild, load_config().discord_shards) == (None, 1)


def test_a_server_and_connections_of_discord_are_taken_as_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_DEV_GUILD", " 81384788765712384 ")
    monkeypatch.setenv("DISCORD_SHARDS", "200")
    assert (load_config().discord_dev_guild, load_config().discord_shards) == (81384788765712384, 200)


@pytest.mark.parametrize("value", ["my club", "12345", "1" * 14, "1" * 21, "-81384788765712384", "８" * 17])
def test_what_is_no_id_of_a_server_is_refused_with_where_to_find_it(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DISCORD_DEV_GUILD", value)
    problem = setting_problems()["DISCORD_DEV_GUILD"]
    assert problem.message == f"{value!r} is no id of a server"
    assert "Copy Server ID" in problem.remedy


@pytest.mark.parametrize("value", ["0", "201", "-1", "auto", "1.0"])
def test_connections_out_of_range_are_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DISCORD_SHARDS", value)
    assert "1 to 200" in setting_problems()["DISCORD_SHARDS"].remedy


@pytest.mark.parametrize("text", [b"STALEMATE_LOG=\xff\n", "STALEMATE_LOG='debug\n", "STALEMATE_LOG\n"])
def test_a_broken_file_is_a_problem_and_no_traceback(text: str | bytes) -> None:
    write_dotenv(text)
    assert ".env" in setting_problems()


def test_a_folder_named_dotenv_is_a_problem() -> None:
    Path(".env").mkdir()
    assert ".env" in setting_problems()


def test_a_byte_order_mark_comments_and_quotes_are_read() -> None:
    write_dotenv("\ufeffSTALEMATE_LOG=debug\n# a comment\nexport STALEMATE_HOST_NAME='Ada $HOME'\n")
    assert (load_config().log, load_config().host_name) == ("debug", "Ada $HOME")
