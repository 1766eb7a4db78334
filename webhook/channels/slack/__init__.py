"""Slack: direct messages, mentions, `/waymark`, the shortcut "Check for indicators" and the app's Home."""

from collections.abc import Mapping

from webhook.channels.slack.channel import SlackChannel
from webhook.channels.slack.settings import SETTINGS, read_slack_settings
from webhook.gateway import Gateway

__all__ = ["SETTINGS", "connect"]


def connect(environment: Mapping[str, str], gateway: Gateway) -> SlackChannel | None:
    """Return the channel, or None where the environment says nothing of Slack.

    Raises:
        MissingSetting: it says too little.
    """
    settings = read_slack_settings(environment)
    return None if settings is None else SlackChannel(settings, gateway)
