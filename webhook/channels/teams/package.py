"""The app package that an administrator uploads to Teams: the manifest and two icons, in a zip file."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from struct import unpack
from typing import Any

from pydantic import ValidationError

from bot.errors import WaymarkError
from bot.words import Say
from webhook.channels.teams.cards import COMMANDS
from webhook.channels.teams.manifest import Manifest
from webhook.channels.teams.settings import CLIENT_ID, ENDPOINT, PRIVACY_URL, PUBLISHER, TERMS_URL

VERSION = "1.0.0"  # raise it with every change of the manifest, or Teams keeps the old one
ICONS = {"color.png": 192, "outline.png": 32}  # pixels, in both directions
_ICON_FOLDER = Path(__file__).parent / "icons"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same package for the same settings
_PNG = b"\x89PNG\r\n\x1a\n"


class BadPackage(WaymarkError):
    """Teams would refuse the package. Every mistake is named at once."""


def messaging_endpoint(url: str) -> str:
    """Return what to enter at the bot's registration, for a Waymark that is reached at an address."""
    return f"{url.rstrip('/')}/channels/teams{ENDPOINT}"


def package(url: str, environment: Mapping[str, str], say: Say) -> bytes:
    """Return the zip file for a Waymark that is reached at an address.

    Args:
        say: the words of a text by its reference.

    Raises:
        BadPackage: Teams would refuse it.
    """
    icons = {name: (_ICON_FOLDER / name).read_bytes() for name in ICONS}
    wrong_icons = list(icon_mistakes(icons))
    try:
        described = Manifest.model_validate(manifest(url, environment, say))
    except ValidationError as error:
        raise BadPackage("\n".join([*_mistakes(error), *wrong_icons])) from error
    if wrong_icons:
        raise BadPackage("\n".join(wrong_icons))
    return _zipped({"manifest.json": described.model_dump_json(by_alias=True, indent=2).encode(), **icons})


def manifest(url: str, environment: Mapping[str, str], say: Say) -> dict[str, Any]:
    """Return what the app is called, what it can do, and which bot answers."""
    client_id, address = environment.get(CLIENT_ID, ""), url.rstrip("/")
    name = say("workplace/both/name")
    return {
        "version": VERSION,
        "id": client_id,
        "developer": {
            "name": environment.get(PUBLISHER) or name,
            "websiteUrl": address,
            "privacyUrl": environment.get(PRIVACY_URL) or address,
            "termsOfUseUrl": environment.get(TERMS_URL) or address,
        },
        "name": {"short": name},
        "description": {"short": say("workplace/teams/description"), "full": say("workplace/teams/long_description")},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#1D4F91",  # as the chat on a page
        "bots": [_bot(client_id, say)],
        "composeExtensions": [{"botId": client_id, "commands": [_check(say)]}],
    }


def icon_mistakes(icons: Mapping[str, bytes]) -> Iterator[str]:
    """Yield which icons are no PNG of the right size."""
    for name, side in ICONS.items():
        if _size(icons[name]) != (side, side):
            yield f"{name}: must be a PNG of {side} by {side} pixels"


def _bot(client_id: str, say: Say) -> dict[str, Any]:
    commands = [
        {"title": say(f"workplace/teams/{name}"), "description": say(f"workplace/teams/{name}_about")} for name in COMMANDS
    ]
    scopes = ["personal", "team", "groupChat"]
    return {"botId": client_id, "scopes": scopes, "commandLists": [{"scopes": ["personal"], "commands": commands}]}


def _check(say: Say) -> dict[str, Any]:
    return {"id": "check", "title": say("workplace/both/check"), "description": say("workplace/teams/check_about")}


def _mistakes(error: ValidationError) -> Iterator[str]:
    for found in error.errors():
        yield f"{'/'.join(map(str, found['loc']))}: {found['input']!r}: {found['msg']}"


def _size(image: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG; its first chunk begins with them."""
    if not image.startswith(_PNG) or len(image) < 24:
        return None
    width, height = unpack(">II", image[16:24])
    return width, height


def _zipped(files: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()
