"""The reading and the routing, measured on labelled messages and scenarios: floors, below which a change may not fall.

The goals are higher than the floors: danger recall 0.98, false alarms 0.05, scenarios 0.95. The changelog says what was
measured last.
"""

from pathlib import Path

import pytest

from waymark.evaluation import Thresholds, run
from waymark.supervisor import Supervisor

FOLDER = Path(__file__).parent
SCENARIOS = sorted((FOLDER.parent / "scenarios").glob("en-*.jsonl"))
FLOORS = Thresholds(recall=0.96, false_alarms=0.11, scenarios=0.86)


@pytest.mark.timeout(1200)  # about 2,000 messages, one after another
def test_the_figures_are_above_their_floors(running: Supervisor, tmp_path: Path):
    """`waymark evaluate` over every labelled message and every scenario meets the floors."""
    assert run([FOLDER / "en.jsonl", *SCENARIOS], running.address, tmp_path / "misses.jsonl", FLOORS)
