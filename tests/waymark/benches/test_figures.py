"""What the benches count."""

import pytest

from waymark.benches.figures import cell, latencies, macro_f1, percentile, share, table

PERCENTILES = [
    ([], 50, None),
    ([7.0], 99, 7.0),
    ([3.0, 1.0, 2.0], 50, 2.0),
    ([1.0, 2.0, 3.0, 4.0], 50, 2.0),
    (list(range(1, 101)), 95, 95),
    (list(range(1, 101)), 99, 99),
    (list(range(1, 21)), 95, 19),
    (list(range(1, 21)), 99, 20),  # no rarer value was seen than the last
]


@pytest.mark.parametrize(("values", "percent", "expected"), PERCENTILES)
def test_a_percentile_is_a_value_that_was_measured(values: list[float], percent: int, expected: float | None):
    """The smallest that so many of a hundred do not exceed."""
    assert percentile(values, percent) == expected


def test_latencies_have_three_names():
    """The middle, the slow and the slowest."""
    assert latencies([5.0, 1.0]) == {"p50": 1.0, "p95": 5.0, "p99": 5.0}


def test_nothing_counted_is_no_share():
    """It is not nought."""
    assert share(0, 0) is None
    assert share(0, 4) == 0
    assert share(1, 4) == 0.25


F1S = [
    (["a", "a"], ["a", "a"], 1.0),
    (["a", "b"], ["a", "a"], (2 / 3 + 0) / 2),
    (["a"], ["elsewhere"], 0.0),
    (["a", "a", "a", "b"], ["a", "a", "a", "c"], 0.5),  # the rare one weighs as much
    ([], [], None),
]


@pytest.mark.parametrize(("wanted", "found", "expected"), F1S)
def test_macro_f1_weighs_every_wanted_intent_alike(wanted: list[str], found: list[str], expected: float | None):
    """An intent that nobody wanted costs the one it was taken for, and has no F1 of its own."""
    assert macro_f1(wanted, found) == (None if expected is None else pytest.approx(expected))


CELLS = [(None, ""), (0.98765, "0.988"), (1234.56, "1,234.6"), (12000, "12,000"), ("en", "en"), (0, "0")]


@pytest.mark.parametrize(("value", "shown"), CELLS)
def test_a_number_has_the_digits_that_mean_something(value: object, shown: str):
    """What was not measured is blank."""
    assert cell(value) == shown


def test_a_table_stands_side_by_side():
    """Each row becomes a column, and a key that only one of them has is there too."""
    shown = table("Title", [{"": "one", "a": 1}, {"": "two", "a": 2, "b": 3}])
    assert [column.header for column in shown.columns] == ["", "one", "two"]
    assert [list(column.cells) for column in shown.columns] == [["a", "b"], ["1", ""], ["2", "3"]]
