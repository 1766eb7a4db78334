"""What stands in deploy/, as the tests read it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.content import PROJECT_FOLDER

DEPLOY = PROJECT_FOLDER / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
WATCH = DEPLOY / "watch"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def resources() -> dict[str, dict[str, Any]]:
    """Return what kustomize would apply, by kind."""
    kustomization = yaml.safe_load((KUBERNETES / "kustomization.yml").read_text(encoding="utf-8"))
    found = [
        document
        for file in kustomization["resources"]
        for document in yaml.safe_load_all((KUBERNETES / file).read_text(encoding="utf-8"))
    ]
    assert len({document["kind"] for document in found}) == len(found), "two of one kind: name them in the tests"
    return {document["kind"]: document for document in found}


def files() -> Iterator[Path]:
    """Yield every file of deploy/."""
    yield from sorted(path for path in DEPLOY.rglob("*") if path.is_file())


def named_variables(text: str) -> set[str]:
    """Return the names of ours that a text holds."""
    return set(re.findall(r"\bWAYMARK_[A-Z_]+\b", text))
