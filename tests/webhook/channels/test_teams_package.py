"""The app package: what Teams takes, and every mistake named before it is uploaded."""

import io
import json
import zipfile
from functools import partial
from pathlib import Path

import jsonschema
import pytest

from bot.words import load_words
from webhook.channels.teams.activities import CHECKS
from webhook.channels.teams.package import ICONS, BadPackage, icon_mistakes, messaging_endpoint, package

URL = "https://waymark.example.org"
CLIENT = "0f5c0d3e-3b0a-4b7e-9b6e-2b1f6a5d4c3b"
WORDS = load_words()
SAY = partial(WORDS.text, language="en")
SCHEMAS = (
    Path(__file__).parent / "playground" / "node_modules" / "@microsoft" / "app-manifest" / "build" / "json-schemas" / "teams"
)
NO_SCHEMA = "NO SCHEMA: Microsoft's schema of manifests is missing. `npm ci` in tests/webhook/channels/playground installs it."


def made(url: str = URL, client_id: str = CLIENT, **settings: str) -> dict[str, bytes]:
    """The files of a package."""
    content = package(url, {"WAYMARK_TEAMS_CLIENT_ID": client_id, **settings}, SAY)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def manifest(**settings: str) -> dict:
    """The manifest of a package."""
    return json.loads(made(**settings)["manifest.json"])


def test_a_package_holds_a_manifest_and_two_icons():
    """At its top, under the names that the manifest gives."""
    assert set(made()) == {"manifest.json", *ICONS} == {"manifest.json", *manifest()["icons"].values()}


def test_the_manifest_obeys_microsofts_own_schema():
    """Of the version that it says it has."""
    described = manifest()
    schema = SCHEMAS / f"v{described['manifestVersion']}" / "MicrosoftTeams.schema.json"
    if not schema.exists():
        pytest.skip(NO_SCHEMA)
    found = jsonschema.Draft4Validator(json.loads(schema.read_text(encoding="utf-8"))).iter_errors(described)
    assert [error.message for error in found] == []


def test_the_bot_and_the_check_are_the_same_app():
    """One registration answers; personal first, and in groups and teams, where it answers in private."""
    described = manifest()
    assert {described["id"], described["bots"][0]["botId"], described["composeExtensions"][0]["botId"]} == {CLIENT}
    assert described["bots"][0]["scopes"] == ["personal", "team", "groupChat"]
    assert described["defaultInstallScope"] == "personal"


def test_the_check_is_an_action_on_a_message():
    """Its window is asked for when it is chosen."""
    (command,) = manifest()["composeExtensions"][0]["commands"]
    assert (command["title"], command["type"], command["context"], command["fetchTask"]) == (
        "Check for indicators",
        "action",
        ["message"],
        True,
    )
    assert "composeExtension/fetchTask" in CHECKS


def test_the_commands_are_what_a_person_would_write():
    """In the person's own chat."""
    (commands,) = manifest()["bots"][0]["commandLists"]
    assert commands["scopes"] == ["personal"]
    assert [command["title"] for command in commands["commands"]] == ["help", "practice", "languages"]
    assert all(command["description"] for command in commands["commands"])


def test_who_publishes_it():
    """The organisation, with its own notices; without them, the address that people know."""
    told = manifest(
        WAYMARK_TEAMS_PUBLISHER="A Council",
        WAYMARK_TEAMS_PRIVACY_URL="https://council.example.org/privacy",
        WAYMARK_TEAMS_TERMS_URL="https://council.example.org/terms",
    )["developer"]
    assert told == {
        "name": "A Council",
        "websiteUrl": URL,
        "privacyUrl": "https://council.example.org/privacy",
        "termsOfUseUrl": "https://council.example.org/terms",
    }
    assert set(manifest()["developer"].values()) == {"Waymark", URL}


def test_the_same_settings_make_the_same_package():
    """Byte by byte, so that it can be compared."""
    assert package(f"{URL}/", {"WAYMARK_TEAMS_CLIENT_ID": CLIENT}, SAY) == package(
        URL, {"WAYMARK_TEAMS_CLIENT_ID": CLIENT}, SAY
    )


@pytest.mark.parametrize(
    ("url", "client_id", "settings", "named"),
    [
        ("http://waymark.example.org", CLIENT, {}, ["developer/websiteUrl"]),
        ("waymark.example.org", CLIENT, {}, ["developer/websiteUrl"]),
        (URL, "", {}, ["id", "bots/0/botId", "composeExtensions/0/botId"]),
        (URL, "my bot", {}, ["id", "bots/0/botId"]),
        (URL, CLIENT, {"WAYMARK_TEAMS_PUBLISHER": "x" * 33}, ["developer/name"]),
        (URL, CLIENT, {"WAYMARK_TEAMS_PRIVACY_URL": "http://x"}, ["developer/privacyUrl"]),
        ("x", "y", {"WAYMARK_TEAMS_TERMS_URL": "z"}, ["developer/websiteUrl", "id", "developer/termsOfUseUrl"]),
    ],
)
def test_every_mistake_is_named(url: str, client_id: str, settings: dict[str, str], named: list[str]):
    """All at once, by the place in the manifest."""
    with pytest.raises(BadPackage) as failure:
        made(url, client_id, **settings)
    places = [line.partition(": ")[0] for line in str(failure.value).splitlines()]
    assert set(named) <= set(places)


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("workplace/both/name", "x" * 31),
        ("workplace/both/check", "x" * 33),
        ("workplace/teams/check_about", "x" * 129),
        ("workplace/teams/description", "x" * 81),
        ("workplace/teams/long_description", "x" * 4001),
        ("workplace/teams/practice", "x" * 129),
        ("workplace/teams/practice_about", ""),
    ],
)
def test_words_that_an_editor_made_too_long_are_named(reference: str, text: str):
    """Microsoft's limits are kept whatever data/workplace.yml says."""
    with pytest.raises(BadPackage, match=r"at (most|least) "):
        package(URL, {"WAYMARK_TEAMS_CLIENT_ID": CLIENT}, lambda wanted: text if wanted == reference else SAY(wanted))


def test_an_icon_of_the_wrong_size_is_named():
    """Or one that is no PNG."""
    icons = {name: content for name, content in made().items() if name in ICONS}
    assert list(icon_mistakes(icons)) == []
    swapped = {"color.png": icons["outline.png"], "outline.png": b"GIF89a" + bytes(40)}
    assert [mistake.partition(":")[0] for mistake in icon_mistakes(swapped)] == ["color.png", "outline.png"]


@pytest.mark.parametrize("url", [URL, f"{URL}/"])
def test_the_endpoint_to_enter(url: str):
    """Where the bot's registration sends messages."""
    assert messaging_endpoint(url) == "https://waymark.example.org/channels/teams/api/messages"
