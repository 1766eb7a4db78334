"""The engine that the shared store is tested with."""

from tests.engines import pytest_terminal_summary, redis, redis_server  # noqa: F401
