"""The engines that machines share."""

from tests.engines import postgres, postgres_server, pytest_terminal_summary, redis, redis_server  # noqa: F401
