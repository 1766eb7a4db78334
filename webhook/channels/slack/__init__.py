"""Slack: direct messages, mentions, `/waymark`, the shortcut "Check for indicators" and the app's Home."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from webhook.channels.slack.settings import SETTINGS, read_slack_settings
from webhook.gateway import Gateway

if TYPE_CHECKING:
    from webhook.channels.slack.channel import SlackChannel

__all__ = ["SETTINGS", "connect"]


def connect(environment: Mapping[str, str], gateway: Gateway) -> "SlackChannel | None":
    """Return the channel, or None where the environment says nothing of Slack.

    Raises:
        MissingSetting: it says too little.
    """
    settings = read_slack_settings(environment)
    if settings is None:
        return None
    # Slack's SDK takes a while to load: only a gateway that is connected to Slack waits for it.
    from webhook.channels.slack.channel import SlackChannel

    return SlackChannel(settings, gateway)
