"""The image, and Waymark on one machine from it."""

import re
from pathlib import Path

import pytest

from tests.deploy.manifests import COMPOSE, CONTAINERFILE, DEPLOY
from tests.deploy.test_kubernetes import POD, WHAT_IS_WRITTEN
from waymark import model
from waymark.supervisor import LOGS, PROJECT_FOLDER

SERVICE = COMPOSE["services"]["waymark"]
STAGES = re.findall(r"^FROM (\S+)(?: AS (\w+))?$", CONTAINERFILE, re.MULTILINE)
COPIED = {
    source.rstrip("/") for line in re.findall(r"^COPY (?!--)(.+) \S+$", CONTAINERFILE, re.MULTILINE) for source in line.split()
}
ALLOWED = {
    line.removeprefix("!")
    for line in (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    if line.startswith("!")
}


def test_the_bases_are_official_images_of_our_python():
    """Their names hold no host and say which Python; both are the same, so that what was built runs."""
    names = {name for _, name in STAGES if name}
    build, run = (image for image, _ in STAGES if image not in names)
    assert re.fullmatch(r"python:3\.11-slim-[a-z]+", build)
    assert run == build


def test_the_image_runs_as_nobody():
    """The last stage ends as the account that the pods and the compose file name."""
    last = CONTAINERFILE[CONTAINERFILE.rindex("\nFROM ") :]
    user = re.findall(r"^USER (\S+)$", last, re.MULTILINE)[-1]
    assert user == f"{POD['securityContext']['runAsUser']}:{POD['securityContext']['runAsGroup']}" == SERVICE["user"]


def test_everything_that_is_installed_has_a_hash():
    """Each line that installs asks for hashes, or installs nothing but Waymark itself, built with what has one."""
    installs = re.findall(r"pip install (.*?)(?= && |\n(?! {4})|$)", CONTAINERFILE.replace("\\\n ", " "))
    assert len(installs) == 3
    for install in installs:
        itself = "--no-deps" in install and "--editable ." in install and "--build-constraint requirements.lock" in install
        assert "--require-hashes" in install or itself, install


def test_the_image_holds_the_model():
    """What the model is made from is copied before it is trained, so that it is up to date when the container starts."""
    assert {str(path.relative_to(PROJECT_FOLDER)).split("/")[0] for path in model._sources()} <= COPIED
    assert "waymark train" in CONTAINERFILE
    assert f"/context/{model.FOLDER.relative_to(PROJECT_FOLDER)}/waymark.*" in CONTAINERFILE
    assert {f"{path.relative_to(PROJECT_FOLDER)}" for path in (model.MODEL, model.STAMP)} <= ALLOWED


def test_nothing_else_goes_to_the_builder():
    """Neither history, nor state, nor tests, nor files with secrets: exactly what is copied, and the model."""
    models = {name for name in ALLOWED if name.startswith("var/models/waymark.")}
    assert ALLOWED - models == COPIED
    assert not any(name.startswith((".", "deploy", "tests")) for name in ALLOWED)


@pytest.mark.parametrize("source", sorted(COPIED))
def test_what_is_copied_exists(source: str):
    """A file that was renamed would fail only where the image is built."""
    assert (PROJECT_FOLDER / source).exists()


def test_the_container_is_locked():
    """No privileges, nothing to write to but scratch folders and what waits, and bounds on all it takes."""
    assert SERVICE["read_only"] is True
    assert SERVICE["cap_drop"] == ["ALL"]
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert {entry.split(":")[0] for entry in SERVICE["tmpfs"]} == set(WHAT_IS_WRITTEN)
    assert SERVICE["volumes"] == ["state:/app/var/state"]
    assert all(SERVICE[bound] for bound in ("cpus", "mem_limit", "pids_limit"))
    assert SERVICE["memswap_limit"] == SERVICE["mem_limit"]


def test_what_is_written_lies_where_waymark_writes():
    """The logs' folder of the image is the supervisor's."""
    assert Path("/app") / LOGS.relative_to(PROJECT_FOLDER) == Path(WHAT_IS_WRITTEN[1])


def test_only_this_machine_reaches_the_container():
    """HTTPS is done by what stands before it."""
    (port,) = SERVICE["ports"]
    assert port == f"127.0.0.1:{SERVICE['environment']['PORT']}:{SERVICE['environment']['PORT']}"


def test_the_container_is_looked_after():
    """It is asked whether it lives, and comes back."""
    assert "/health/live" in SERVICE["healthcheck"]["test"][-1]
    assert f":{SERVICE['environment']['PORT']}/" in SERVICE["healthcheck"]["test"][-1]
    assert SERVICE["restart"] == "unless-stopped"
