"""Whoever tells the same in another channel is shown the same services, in the same order."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from waymark.client import Client
from waymark.evaluation import held

FILES = sorted((Path(__file__).parents[1] / "scenarios").glob("*.jsonl"))
CASES = [json.loads(line) for file in FILES for line in file.read_text(encoding="utf-8").splitlines()]
SOME = [case for number, case in enumerate(CASES) if case["language"] != "en" or number % 4 == 0][::5]


def listed(case: Mapping[str, Any], waymark: Client, **where: str) -> list[list[str]]:
    """The services of each reply."""
    replies = held({**case, **where}, waymark)
    return [[service["id"] for message in reply["messages"] for service in message["services"]] for reply in replies]


@pytest.mark.parametrize("case", SOME, ids=lambda case: case["id"])
def test_the_public_is_shown_the_same_by_sms(case: dict[str, Any], waymark: Client):
    """On the web and by text message."""
    public = {**case, "audience": "public"}
    assert listed(public, waymark, channel="sms") == listed(public, waymark, channel="web")


@pytest.mark.parametrize("case", SOME, ids=lambda case: case["id"])
def test_staff_are_shown_the_same_everywhere(case: dict[str, Any], waymark: Client):
    """On the web, in Slack and in Teams."""
    staff = {**case, "audience": "staff"}
    on_the_web = listed(staff, waymark, channel="web")
    assert listed(staff, waymark, channel="slack") == on_the_web
    assert listed(staff, waymark, channel="teams") == on_the_web
