"""What the environment says about Teams."""

from collections.abc import Mapping
from dataclasses import dataclass

from webhook.settings import MissingSetting, Setting

CLIENT_ID, CLIENT_SECRET, TENANT_ID = "WAYMARK_TEAMS_CLIENT_ID", "WAYMARK_TEAMS_CLIENT_SECRET", "WAYMARK_TEAMS_TENANT_ID"
UNAUTHENTICATED = "WAYMARK_TEAMS_UNAUTHENTICATED"
ENDPOINT = "/api/messages"  # below /channels/teams
PUBLISHER, PRIVACY_URL, TERMS_URL = "WAYMARK_TEAMS_PUBLISHER", "WAYMARK_TEAMS_PRIVACY_URL", "WAYMARK_TEAMS_TERMS_URL"

SETTINGS = (
    Setting(CLIENT_ID, "", "Teams: application (client) ID of the bot's registration. Without it there is no Teams"),
    Setting(CLIENT_SECRET, "", "Teams: the value of a client secret of that registration"),
    Setting(TENANT_ID, "", "Teams: directory (tenant) ID of the organisation; messages from any other are refused"),
    Setting(
        UNAUTHENTICATED,
        "0",
        "1: ask for no token, for Microsoft's local client. Only with WAYMARK_TEST_MODE=1, never in service",
    ),
    Setting(PUBLISHER, "", "Teams app package: name of the organisation, at most 32 characters"),
    Setting(PRIVACY_URL, "", "Teams app package: https address of the privacy notice"),
    Setting(TERMS_URL, "", "Teams app package: https address of the terms of use"),
)


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """The values in force. `is_unauthenticated`: requests carry no token, because Microsoft's local client sends them."""

    client_id: str
    client_secret: str
    tenant_id: str
    is_unauthenticated: bool = False


def read_teams_settings(environment: Mapping[str, str], is_test_mode: bool) -> TeamsSettings | None:
    """Return the settings of an environment, or None where Teams is not set up.

    Raises:
        MissingSetting: it is set up by half; or without tokens, outside test mode.
    """
    client_id, secret, tenant = (environment.get(name, "") for name in (CLIENT_ID, CLIENT_SECRET, TENANT_ID))
    if not (client_id or secret or tenant):
        return None
    for name in (CLIENT_ID, CLIENT_SECRET, TENANT_ID):
        if not environment.get(name):
            raise MissingSetting(f"{name} is not set, but other settings of Teams are.")
    is_unauthenticated = environment.get(UNAUTHENTICATED, "0") == "1"
    if is_unauthenticated and not is_test_mode:
        raise MissingSetting(f"{UNAUTHENTICATED}=1 lets anybody write as anybody: WAYMARK_TEST_MODE is not 1, as it needs.")
    return TeamsSettings(client_id, secret, tenant.lower(), is_unauthenticated)
