"""Which channels a gateway has, and what it costs it to have none."""

import os
import subprocess
import sys

import pytest

from bot.content import PROJECT_FOLDER
from webhook.post.office import all_settings, channel_names, prefix

CODE = """
import sys
from webhook import app
from webhook.post.office import channel_names, connected_channels
assert connected_channels({"WAYMARK_ORIGINS": "*"}, None) == {}
loaded = [name for name in channel_names() if f"webhook.channels.{name}" in sys.modules]
assert not loaded, f"loaded without being needed: {loaded}"
"""


def test_a_gateway_does_not_load_a_channel_that_the_environment_does_not_name():
    """The first safe reply does not wait for what nobody uses: the makers' libraries take seconds."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_FOLDER)}
    ended = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("setting", all_settings(), ids=lambda setting: setting.name)
def test_a_channels_settings_bear_its_name(setting):
    """By that the gateway knows which channels to load."""
    assert setting.name.startswith(tuple(prefix(name) for name in channel_names()))
