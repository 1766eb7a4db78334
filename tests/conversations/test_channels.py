"""Whoever tells the same in another channel is shown the same services, in the same order."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from tests.webhook.channels.whole_product import Product, at, of_cards, whole_product
from waymark.client import Client
from waymark.evaluation import held
from waymark.supervisor import Supervisor

FILES = sorted((Path(__file__).parents[1] / "scenarios").glob("*.jsonl"))
CASES = [json.loads(line) for file in FILES for line in file.read_text(encoding="utf-8").splitlines()]
OF_STAFF = [case for case in CASES if case.get("audience") == "staff" or case.get("channel") in ("slack", "teams")]
SOME = [case for number, case in enumerate(CASES) if case["language"] != "en" or number % 4 == 0][::5]
SOME_OF_THE_PUBLIC = [case for case in SOME if case not in OF_STAFF][::3]
A_DAY = "2026-11-25T11:00:00+00:00"  # for scenarios that happen at no time of their own


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    """What is changed for this module."""
    with pytest.MonkeyPatch.context() as patched:
        yield patched


@pytest.fixture(scope="module")
def product(running: Supervisor, patch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One gateway with Slack and Teams for all scenarios."""
    with whole_product(running, tmp_path_factory.mktemp("state"), patch) as made:
        yield made


def listed(case: Mapping[str, Any], waymark: Client, **where: str) -> list[list[str]]:
    """The services of each reply."""
    replies = held({**case, **where}, waymark)
    return [[service["id"] for message in reply["messages"] for service in message["services"]] for reply in replies]


@pytest.mark.parametrize("case", SOME, ids=lambda case: case["id"])
def test_the_public_is_shown_the_same_by_sms(case: dict[str, Any], waymark: Client):
    """On the web and by text message."""
    public = {**case, "audience": "public"}
    assert listed(public, waymark, channel="sms") == listed(public, waymark, channel="web")


@pytest.mark.parametrize("case", [*OF_STAFF, *SOME_OF_THE_PUBLIC], ids=lambda case: case["id"])
def test_staff_are_shown_the_same_everywhere(case: dict[str, Any], product: Product, monkeypatch: pytest.MonkeyPatch):
    """Who says in Slack, and in Teams, what was said on the web sees after each message what is seen there."""
    now = case.get("now", A_DAY)
    at(now, monkeypatch)
    staff = {**case, "audience": "staff", "channel": "web", "now": now}
    on_the_web = [of_cards(reply) for reply in held(staff, cast(Client, product))]
    assert any(on_the_web)
    someone = product.newcomer()
    assert [product.in_slack(someone, text) for text in product.said] == on_the_web
    assert [product.in_teams(someone, text) for text in product.said] == on_the_web
