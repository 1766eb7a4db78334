"""What the environment says of Slack."""

from collections.abc import Mapping
from dataclasses import dataclass

from webhook.settings import Setting, required

SETTINGS = (
    Setting("WAYMARK_SLACK_SIGNING_SECRET", "", "Slack: the app's signing secret"),
    Setting("WAYMARK_SLACK_BOT_TOKEN", "", "Slack: the app's bot token, xoxb-..."),
    Setting("WAYMARK_SLACK_TEAMS", "", "Slack: ids of the workspaces that are answered, T..., divided by blanks"),
    Setting("WAYMARK_SLACK_API", "https://slack.com/api/", "Slack: where its Web API is"),
)


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """The values in force."""

    signing_secret: str
    bot_token: str
    teams: frozenset[str]
    api: str


def read_slack_settings(environment: Mapping[str, str]) -> SlackSettings | None:
    """Return the settings; None where nothing is set.

    Raises:
        MissingSetting: some are set, and others are not.
    """
    values = required(SETTINGS, environment)
    if values is None:
        return None
    signing_secret, bot_token, teams, api = values
    return SlackSettings(signing_secret, bot_token, frozenset(teams.split()), api)
