"""What is counted of a conversation, and to which band and month it belongs."""

import datetime as dt

import pytest

from bot.situation import UNKNOWN_AREA, Situation
from bot.tally import CHARTS, NOT_SAID, band, drawn, month, values_of

SITUATIONS = {
    "nothing": (Situation(), [NOT_SAID], [NOT_SAID]),
    "a place": (Situation(area="stockport"), ["stockport"], [NOT_SAID]),
    "a place of two": (Situation(area=UNKNOWN_AREA, area_candidates=frozenset({"leeds", "wales"})), [NOT_SAID], [NOT_SAID]),
    "kinds": (Situation(exploitation=frozenset({"sexual", "labour"})), [NOT_SAID], ["labour", "sexual"]),
}
MOMENTS = {
    # moment, in UTC or elsewhere: (band, month), in England
    "2026-01-31T23:59:59+00:00": ("20", "2026-01"),
    "2026-02-01T00:00:00+00:00": ("00", "2026-02"),
    "2026-07-01T07:00:00+00:00": ("08", "2026-07"),
    "2026-07-31T23:00:00+00:00": ("00", "2026-08"),
    "2026-12-31T20:00:00-05:00": ("00", "2027-01"),
}


@pytest.mark.parametrize(("situation", "area", "kind"), SITUATIONS.values(), ids=SITUATIONS.keys())
def test_place_and_kinds_are_counted(situation: Situation, area: list[str], kind: list[str]):
    """Every conversation has a value in every chart; what was not said is one too."""
    assert values_of(situation) == {"area": area, "kind": kind}


@pytest.mark.parametrize(("moment", "expected"), MOMENTS.items(), ids=MOMENTS.keys())
def test_bands_and_months_are_those_of_england(moment: str, expected: tuple[str, str]):
    """Clocks in England decide, in summer too."""
    now = dt.datetime.fromisoformat(moment)
    assert (band(now), month(now)) == expected


def test_a_lot_is_drawn_for_each_chart():
    """A conversation may be missing in one chart and stand in others; in a chart it stands with all its values or with none."""
    values = {chart: [f"any {chart}"] for chart in CHARTS} | {"kind": ["labour", "sexual"]}
    lots = iter(chart not in ("area", "kind") for chart in CHARTS)
    assert drawn(values, lambda: next(lots)) == [("area", "any area"), ("kind", "labour"), ("kind", "sexual")]
