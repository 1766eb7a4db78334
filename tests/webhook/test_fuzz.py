"""Whatever a caller sends, the API answers, and never with a fault of ours."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error

from tests.fakes import fake_rasa
from webhook.app import create_app


@pytest.fixture(scope="module")
def described() -> Iterator[schemathesis.BaseSchema]:
    """The API, by its own description."""
    with fake_rasa() as rasa:
        app = create_app({"WAYMARK_ASSISTANT_URL": rasa.url, "WAYMARK_ASSISTANT_TOKEN": "token"})
        # Not being ready is said by a 503, and the one here that stands in for Rasa never is.
        yield schemathesis.openapi.from_asgi("/openapi.json", app)


SECONDS_FOR_LONG_NOTES = 120.0  # 20,000 characters are read passage by passage

api = schemathesis.pytest.from_fixture("described")


@api.exclude(path="/health/ready").parametrize()
@pytest.mark.timeout(900)  # long notes, passage by passage
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_api(case: schemathesis.Case):
    """Every call of the description, with everything it allows and much that it does not: no 5xx."""
    case.call_and_validate(checks=[not_a_server_error], timeout=SECONDS_FOR_LONG_NOTES)
