"""The process that runs the custom actions: rasa-sdk's server, on loopback, with errors that hold nobody's words."""

import logging
import sys

from rasa_sdk.endpoint import create_app
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions.knowledge import directory, handbook

_log = logging.getLogger("waymark.actions")


def main() -> None:
    """Serve the actions on the port given as the only argument, until stopped."""
    app = create_app("actions", cors_origins=None)

    # rasa-sdk's own answer to an error carries the whole conversation, and Rasa writes that to its log.
    async def failed(request: Request, error: Exception) -> HTTPResponse:
        _log.error("%s in an action", type(error).__name__)
        return json({"error": type(error).__name__}, status=500)

    app.error_handler.add(Exception, failed)
    # Loaded now, and not while somebody waits for the first answer.
    directory()
    handbook()
    app.run("127.0.0.1", int(sys.argv[1]), workers=1, access_log=False, motd=False)


if __name__ == "__main__":
    main()
