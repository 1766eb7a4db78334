"""The documents are true: what they name exists."""

import re
from pathlib import Path

import pytest

from bot.content import PROJECT_FOLDER
from webhook.settings import SETTINGS

DOCUMENTS = [PROJECT_FOLDER / "README.md", PROJECT_FOLDER / "CONTRIBUTING.md", *sorted((PROJECT_FOLDER / "docs").rglob("*.md"))]
A_FILE = re.compile(r"`((?:bot|actions|webhook|waymark|data|locales|tests|docs)/[\w./-]*|[\w-]+\.(?:yml|toml|lock))`")
A_LINK = re.compile(r"\]\(([^)#]+)\)")
# Made while the program runs, or only spoken of as an example.
NOT_IN_THE_TREE = ("data/areas/trafford.yml", "data/services/trafford-children.yml", "data/services/trafford-adults.yml")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_file_named_exists(document: Path):
    """A path in a document leads somewhere."""
    named = [name for name in A_FILE.findall(document.read_text(encoding="utf-8")) if name not in NOT_IN_THE_TREE]
    anywhere = {path.name for path in PROJECT_FOLDER.glob("*")} | {path.name for path in PROJECT_FOLDER.glob("locales/en/*")}
    missing = [name for name in named if not (PROJECT_FOLDER / name).exists() and name not in anywhere]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_leads_somewhere(document: Path):
    """A link in a document leads to a file."""
    links = [link for link in A_LINK.findall(document.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_make_command_exists(document: Path):
    """A `make` command in a document is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT_FOLDER / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    quoted = re.findall(r"`(make [a-z ]+)`", document.read_text(encoding="utf-8"))
    named = {word for command in quoted for word in command.split()[1:]}
    assert named <= targets


def test_every_setting_is_read_once():
    """A setting has one name, a default and a meaning."""
    names = [setting.name for setting in SETTINGS]
    assert len(names) == len(set(names))
    assert all(setting.help for setting in SETTINGS)
