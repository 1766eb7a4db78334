"""When there is a channel of Teams, and what its SDK may not do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.content import PROJECT_FOLDER
from tests.webhook.channels.teams_world import CLIENT, TENANT, gateway
from webhook.channels.teams import SETTINGS, connect
from webhook.channels.teams.settings import TeamsSettings, read_teams_settings
from webhook.settings import MissingSetting

ALL = {"WAYMARK_TEAMS_CLIENT_ID": CLIENT, "WAYMARK_TEAMS_CLIENT_SECRET": "secret", "WAYMARK_TEAMS_TENANT_ID": TENANT}


def test_without_settings_there_is_no_channel():
    """Nothing is made, and nothing asked for."""
    assert connect({}, gateway()) is None


@pytest.mark.parametrize("missing", ALL)
@pytest.mark.parametrize("is_empty", [True, False])
def test_half_set_up_is_a_mistake(missing: str, is_empty: bool):
    """The message names the setting that is missing."""
    half = {**ALL, missing: ""} if is_empty else {name: value for name, value in ALL.items() if name != missing}
    with pytest.raises(MissingSetting, match=missing):
        connect(half, gateway())


def test_set_up_there_is_a_channel_for_staff():
    """It is ready to be mounted and started."""
    channel = connect({**ALL, "WAYMARK_TEAMS_TENANT_ID": TENANT.upper()}, gateway())
    assert channel is not None
    assert (channel.name, channel.audience, channel.idle_minutes) == ("teams", "staff", gateway().settings.idle_minutes)


@pytest.mark.parametrize("value", ["1", "0", "true"])
def test_without_tokens_only_in_test_mode(value: str):
    """Whoever sets the switch in service is stopped at the start; any other value is no switch."""
    switched = {**ALL, "WAYMARK_TEAMS_UNAUTHENTICATED": value}
    assert read_teams_settings(switched, is_test_mode=True) == TeamsSettings(CLIENT, "secret", TENANT, value == "1")
    if value == "1":
        with pytest.raises(MissingSetting, match="WAYMARK_TEST_MODE"):
            read_teams_settings(switched, is_test_mode=False)


def test_the_sdks_own_switch_opens_nothing(monkeypatch: pytest.MonkeyPatch):
    """The SDK would ask for no token if the environment said so in its words."""
    monkeypatch.setenv("DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS", "1")
    channel = connect(ALL, gateway())
    assert channel is not None
    assert not channel._app.options.dangerously_allow_unauthenticated_requests


def test_every_setting_has_a_meaning():
    """One table, as for the gateway itself."""
    assert all(setting.help and setting.name.startswith("WAYMARK_TEAMS_") for setting in SETTINGS)
    assert set(ALL) < {setting.name for setting in SETTINGS}


CODE = """
import os, sys, warnings
warnings.simplefilter("error")
from webhook.channels.teams import SETTINGS, connect
assert "microsoft_teams" in sys.modules
assert "WAYMARK_FROM_A_FILE" not in os.environ, "read .env"
assert "PYTHON_DOTENV_DISABLED" not in os.environ
"""


def test_the_sdk_is_loaded_without_a_warning_and_without_a_file_of_settings(tmp_path: Path):
    """A file `.env` that stands where the gateway is started is not read."""
    (tmp_path / ".env").write_text("WAYMARK_FROM_A_FILE=1\n")
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_FOLDER)}
    ran = subprocess.run(
        [sys.executable, "-c", CODE], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
