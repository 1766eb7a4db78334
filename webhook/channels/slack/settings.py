"""What the environment says of Slack."""

from collections.abc import Mapping
from dataclasses import dataclass

from webhook.settings import MissingSetting, Setting

SETTINGS = (
    Setting("WAYMARK_SLACK_SIGNING_SECRET", "", "Slack's signing secret of the app; without the three, no Slack"),
    Setting("WAYMARK_SLACK_BOT_TOKEN", "", "the app's bot token, xoxb-..."),
    Setting("WAYMARK_SLACK_TEAMS", "", "ids of the workspaces that are answered, T..., divided by blanks"),
    Setting("WAYMARK_SLACK_API", "https://slack.com/api/", "where Slack's Web API is; another only in tests"),
)
_NEEDED = ("WAYMARK_SLACK_SIGNING_SECRET", "WAYMARK_SLACK_BOT_TOKEN", "WAYMARK_SLACK_TEAMS")


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
    values = {setting.name: environment.get(setting.name, "").strip() or setting.default for setting in SETTINGS}
    missing = [name for name in _NEEDED if not values[name]]
    if len(missing) == len(_NEEDED):
        return None
    if missing:
        raise MissingSetting(f"{', '.join(missing)}: not set, but Slack needs all of {', '.join(_NEEDED)}.")
    return SlackSettings(
        signing_secret=values["WAYMARK_SLACK_SIGNING_SECRET"],
        bot_token=values["WAYMARK_SLACK_BOT_TOKEN"],
        teams=frozenset(values["WAYMARK_SLACK_TEAMS"].split()),
        api=values["WAYMARK_SLACK_API"],
    )
