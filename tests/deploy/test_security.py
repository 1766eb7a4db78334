"""The page on security: what it bears is what is locked, and what `make audit` passes over."""

import re
import subprocess

import pytest

from bot.content import PROJECT_FOLDER

PAGE = PROJECT_FOLDER / "docs" / "security.md"
ROWS = re.findall(
    r"^\| ((?:CVE|GHSA|PYSEC)-[\w-]+) \| (\S+) (\S+) \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
)
LOCKED = dict(
    re.findall(r"^([\w.-]+)==(\S+)", (PROJECT_FOLDER / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
)


@pytest.mark.parametrize(("advisory", "package", "version"), [row[:3] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_is_borne_is_what_is_installed(advisory: str, package: str, version: str):
    """When a package is renewed, its row is looked at again, and mostly goes."""
    assert LOCKED[package] == version


def test_the_audit_passes_over_what_the_page_bears_and_nothing_else():
    """The Makefile takes the advisories from the table, and a package that cannot be looked up makes it fail."""
    recipe = (PROJECT_FOLDER / "Makefile").read_text(encoding="utf-8").split("\naudit:")[1].split("\n\n")[0]
    (command,) = re.findall(r"\$\$\((sed .*)\)", recipe)
    passed_over = subprocess.run(command, shell=True, cwd=PROJECT_FOLDER, capture_output=True, text=True, check=True).stdout
    assert passed_over.split() == [word for row in ROWS for word in ("--ignore-vuln", row[0])]
    assert ROWS
    assert "--strict" in recipe
