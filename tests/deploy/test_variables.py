"""The environment: every variable that is set somewhere is one that something reads."""

import inspect
import re
from pathlib import Path

import pytest
import uvicorn.config

from bot.content import PROJECT_FOLDER
from tests.deploy.manifests import COMPOSE, CONTAINERFILE, files, named_variables, resources
from tests.deploy.test_kubernetes import CONTAINERS
from waymark.model import QUIET
from waymark.supervisor import ENGINES
from webhook.post.office import all_settings
from webhook.settings import SETTINGS

OURS = {setting.name for setting in (*SETTINGS, *all_settings())} | set(ENGINES)
OF_OTHERS = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PATH", "HOME", *QUIET}  # Python's, the system's, Rasa's
UVICORN = "FORWARDED_ALLOW_IPS"
HOW_TO = PROJECT_FOLDER / "docs" / "how-to" / "run-in-containers.md"
A_SECRET = re.compile(r"(?i)(?:password|passwd|secret|token|key)\s*[:=]\s*[\"']?(?!WAYMARK_)[A-Za-z0-9+/_-]{16,}")
A_URL_WITH_A_PASSWORD = re.compile(r"\w+://[^\s/:@]*:[^\s/:@]+@")


def set_here() -> set[str]:
    """Every variable that the image, the compose file and the manifests set."""
    image = re.findall(r"([A-Z_]+)=\S*", " ".join(re.findall(r"^ENV (.+)$", CONTAINERFILE, re.MULTILINE)))
    compose = COMPOSE["services"]["waymark"]["environment"]
    pods = [variable["name"] for container in CONTAINERS for variable in container["env"]]
    return {*image, *compose, *pods, *resources()["ConfigMap"]["data"]}


def test_every_variable_that_is_set_is_read():
    """A name with a slip would be ignored without a word."""
    assert set_here() - OURS - OF_OTHERS == {UVICORN}
    assert UVICORN in inspect.getsource(uvicorn.config)


@pytest.mark.parametrize("path", [*files(), HOW_TO], ids=lambda path: path.name)
def test_every_variable_that_is_named_exists(path: Path):
    """In comments and on the page too."""
    assert named_variables(path.read_text(encoding="utf-8")) <= OURS | {"WAYMARK_PORT"}


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_no_file_holds_a_secret(path: Path):
    """Passwords come from where they are kept."""
    text = path.read_text(encoding="utf-8")
    assert A_SECRET.findall(text) == []
    assert A_URL_WITH_A_PASSWORD.findall(text) == []


@pytest.mark.parametrize("never", ["WAYMARK_TEST_MODE", "WAYMARK_TEAMS_UNAUTHENTICATED"])
def test_what_is_for_tests_is_not_set(never: str):
    """Nobody in service can set clocks, or write as anybody."""
    assert never not in set_here()
