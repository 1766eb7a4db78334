"""Microsoft Teams: personal chat, private answers to what was asked in a group, and "Check for indicators" on a message."""

from collections.abc import Mapping

from webhook.channels.teams.channel import TeamsChannel
from webhook.channels.teams.settings import SETTINGS, read_teams_settings
from webhook.gateway import Gateway

__all__ = ["SETTINGS", "connect"]


def connect(environment: Mapping[str, str], gateway: Gateway) -> TeamsChannel | None:
    """Return the channel, or None where Teams is not set up.

    Raises:
        MissingSetting: it is set up by half.
    """
    settings = read_teams_settings(environment, gateway.settings.is_test_mode)
    return None if settings is None else TeamsChannel(settings, gateway)
