"""The process that serves the gateway: uvicorn, on the address and port given as arguments."""

import os
import sys

import uvicorn

from bot.errors import WaymarkError
from webhook.app import create_app


def main() -> None:
    """Serve the gateway until stopped. What it cannot be made of ends it with one line and the exit code for configuration."""
    host, port = sys.argv[1], int(sys.argv[2])
    try:
        app = create_app()
    except WaymarkError as error:
        print(error, file=sys.stderr)
        sys.exit(os.EX_CONFIG)
    # No access log: the address of a request holds the conversation's id.
    uvicorn.run(app, host=host, port=port, access_log=False, ws="none", log_level="warning", server_header=False)


if __name__ == "__main__":
    main()
