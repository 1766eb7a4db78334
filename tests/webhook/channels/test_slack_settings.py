"""What the environment must say of Slack, and what Slack is told of the app."""

import re
from typing import Any

import pytest

from bot.words import load_words
from tests.webhook.channels.slack_side import gateway
from webhook.channels.slack import SETTINGS, connect
from webhook.channels.slack.manifest import EVENTS, SCOPES, manifest
from webhook.channels.slack.settings import read_slack_settings
from webhook.settings import MissingSetting

ENVIRONMENT = {
    "WAYMARK_SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "WAYMARK_SLACK_BOT_TOKEN": "xoxb-for-a-test",
    "WAYMARK_SLACK_TEAMS": "T0ONE  T0TWO",
}
URL = "https://waymark.example.org"


def made() -> dict[str, Any]:
    """The manifest."""
    return manifest(URL, load_words().text)


def test_without_settings_there_is_no_slack():
    """Who does not use Slack sets nothing."""
    assert connect({}, gateway()) is None


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_half_the_settings_are_a_mistake(name: str):
    """A missing secret, or an allow-list that allows nobody, is told by its name and without any value."""
    with pytest.raises(MissingSetting, match=f"^{name} is not set") as caught:
        connect({**ENVIRONMENT, name: ""}, gateway())
    assert not any(value in str(caught.value) for value in ENVIRONMENT.values())


def test_with_settings_slack_is_a_channel_for_staff():
    """It speaks to staff, and forgets when every conversation is forgotten."""
    made_gateway = gateway()
    channel = connect(ENVIRONMENT, made_gateway)
    assert channel is not None
    assert (channel.name, channel.audience, channel.idle_minutes) == ("slack", "staff", made_gateway.settings.idle_minutes)


def test_several_workspaces_can_be_answered():
    """The ids are divided by blanks."""
    found = read_slack_settings(ENVIRONMENT)
    assert found is not None
    assert found.teams == {"T0ONE", "T0TWO"}


def test_every_setting_is_explained():
    """A setting has a name of its own and a meaning."""
    assert {setting.name for setting in SETTINGS} == {*ENVIRONMENT, "WAYMARK_SLACK_API"}
    assert all(setting.help for setting in SETTINGS)


# Where it stands in the manifest, the fewest and the most characters: from Slack's schema of manifests (version 2.0.0).
LENGTHS = {
    "display_information.name": (1, 35),
    "display_information.description": (1, 140),
    "display_information.long_description": (175, 4000),
    "features.bot_user.display_name": (1, 80),
    "features.slash_commands.0.command": (2, 32),
    "features.slash_commands.0.description": (1, 2000),
    "features.slash_commands.0.usage_hint": (1, 1000),
    "features.slash_commands.0.url": (8, 3000),
    "features.shortcuts.0.name": (1, 24),
    "features.shortcuts.0.callback_id": (1, 255),
    "features.shortcuts.0.description": (1, 150),
    "settings.event_subscriptions.request_url": (8, 3500),
    "settings.interactivity.request_url": (8, 3000),
}


def at(path: str, inside: Any) -> Any:
    """What stands at a place in the manifest."""
    for part in path.split("."):
        inside = inside[int(part) if part.isdigit() else part]
    return inside


@pytest.mark.parametrize(("path", "fewest", "most"), [(path, *limits) for path, limits in LENGTHS.items()], ids=LENGTHS)
def test_every_text_of_the_manifest_has_room(path: str, fewest: int, most: int):
    """Slack refuses a manifest with a text that is too short or too long."""
    assert fewest <= len(at(path, made())) <= most


def test_the_manifest_asks_for_what_is_used_and_nothing_else():
    """Five scopes, three events; no scope that would let the app read channels or look up people."""
    assert at("oauth_config.scopes", made()) == {"bot": list(SCOPES)}
    assert set(SCOPES) == {"chat:write", "im:history", "im:write", "app_mentions:read", "commands"}
    assert at("settings.event_subscriptions.bot_events", made()) == list(EVENTS)
    assert set(EVENTS) == {"message.im", "app_mention", "app_home_opened"}


def test_everything_goes_to_one_address():
    """Events, presses and the command are sent where the channel is mounted, however the address of the gateway was written."""
    address = f"{URL}/channels/slack/events"
    for manifested in (made(), manifest(f"{URL}/", load_words().text)):
        found = [at(path, manifested) for path in LENGTHS if path.endswith("url")]
        assert set(found) == {address}


def test_the_manifest_has_the_parts_that_slack_knows():
    """People can write to the app, and its keys are those of the schema: Slack refuses any other."""
    found = made()
    assert set(found) == {"_metadata", "display_information", "features", "oauth_config", "settings"}
    assert set(found["features"]) == {"app_home", "bot_user", "slash_commands", "shortcuts"}
    assert found["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    assert re.fullmatch("#[0-9a-fA-F]{6}", found["display_information"]["background_color"])
    assert found["features"]["shortcuts"][0]["type"] == "message"
    assert found["settings"]["socket_mode_enabled"] is False
