"""The app as Slack is told of it, to be pasted when the app is made.

The form is that of Slack's own schema (slackapi/manifest-schema).
"""

from collections.abc import Callable
from typing import Any

from webhook.channels.slack.reading import CHECK

COMMAND = "/waymark"
# What each scope is for: to answer; to hear and open direct messages; to hear mentions; the command and the shortcut.
SCOPES = ("chat:write", "im:history", "im:write", "app_mentions:read", "commands")
EVENTS = ("message.im", "app_mention", "app_home_opened")


def manifest(public_url: str, say: Callable[[str], str]) -> dict[str, Any]:
    """Return the manifest of the app.

    Args:
        public_url: where Slack reaches the gateway, such as https://chat.example.org.
        say: returns the words of a reference.
    """
    address = f"{public_url.rstrip('/')}/channels/slack/events"
    name = say("workplace/both/name")
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": name,
            "description": say("workplace/slack/description"),
            "long_description": say("workplace/slack/long_description"),
            "background_color": "#1d4f91",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": name, "always_online": True},
            "slash_commands": [
                {
                    "command": COMMAND,
                    "url": address,
                    "description": say("workplace/slack/command"),
                    "usage_hint": say("workplace/slack/command_hint"),
                    "should_escape": True,
                }
            ],
            "shortcuts": [
                {
                    "name": say("workplace/both/check"),
                    "type": "message",
                    "callback_id": CHECK,
                    "description": say("workplace/slack/shortcut"),
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"request_url": address, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, "request_url": address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }
