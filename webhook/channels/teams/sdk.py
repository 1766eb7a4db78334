"""The one place that imports Microsoft's Teams SDK, and keeps in what it would do to the rest of the process.

On import it warns of previews that we do not use, and reads a file `.env` into the environment. Its clients warn of a part of
themselves that we do not use either. At work it logs errors whose messages hold what a person wrote (pydantic quotes its
input), and resets httpx's log level, which would log addresses.
"""

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Unpack

if TYPE_CHECKING:
    from microsoft_teams.apps import AppOptions

_NO_ENV_FILE = "PYTHON_DOTENV_DISABLED"
_NOTHING = logging.CRITICAL + 1


@contextlib.contextmanager
def _kept_in() -> Iterator[None]:
    before = os.environ.get(_NO_ENV_FILE)
    os.environ[_NO_ENV_FILE] = "1"
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "HtmlWidgetSecurityPolicy is in preview", FutureWarning)
            warnings.filterwarnings("ignore", "The bot client is deprecated", DeprecationWarning)
            yield
    finally:
        del os.environ[_NO_ENV_FILE]
        if before is not None:
            os.environ[_NO_ENV_FILE] = before


with _kept_in():
    from microsoft_teams.api import ApiClient
    from microsoft_teams.api.activities.message import MessageActivityInput
    from microsoft_teams.api.auth.cloud_environment import PUBLIC, CloudEnvironment
    from microsoft_teams.api.clients.conversation import CreateConversationParams
    from microsoft_teams.api.models import Account, InvokeResponse
    from microsoft_teams.apps import ActivityEvent, App, FastAPIAdapter
    from microsoft_teams.apps.events import CoreActivity
    from microsoft_teams.common import ClientOptions

__all__ = [
    "PUBLIC",
    "Account",
    "ActivityEvent",
    "ApiClient",
    "App",
    "ClientOptions",
    "CloudEnvironment",
    "CoreActivity",
    "CreateConversationParams",
    "FastAPIAdapter",
    "InvokeResponse",
    "MessageActivityInput",
    "client_of",
    "hush",
    "new_app",
]


def new_app(**options: "Unpack[AppOptions]") -> App:
    """Return the SDK's application."""
    with _kept_in():
        return App(**options)


def client_of(app: App, service_url: str) -> ApiClient:
    """Return the SDK's client of the address that a conversation is answered at."""
    with _kept_in():
        return app.api.from_service_url(service_url)


def hush() -> None:
    """Have the SDK log nothing; what there is to say, our own modules say without anybody's words."""
    logging.getLogger("microsoft_teams").setLevel(_NOTHING)
    # The SDK gives httpx's logger the level of this one, each time it makes a client.
    logging.getLogger("microsoft_teams.common.http.client").setLevel(logging.WARNING)
