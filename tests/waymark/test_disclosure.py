"""No number under five can be worked out from what is published, whatever was counted."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.tally import ALL, CHARTS, LEFT_OUT, drawn
from waymark.disclosure import FEWEST_OF_A_MONTH, Month, Shown, published, together

MONTH = "2026-10"
FIVE = 5
VALUES = {
    "channel": ("web", "sms", "teams"),
    "audience": ("public", "staff"),
    "language": ("en", "ro"),
    "area": ("leeds", "wales"),
    "kind": ("labour", "sexual", "criminal"),
    "hour": ("08", "12"),
}
ENOUGH = {"conversations": {ALL: 100}}
ROUNDED = [(0, "under 5"), (4, "under 5"), (5, 5), (7, 5), (8, 10), (38, 40), (95, 100), (950, 1000)]
CHARTS_AS_SHOWN = {
    # what was counted, in the order of the values, and what is shown of it
    "all enough": ([50, 20, 10], [55, 20, 10]),
    "two under 5": ([90, 4, 0], [95, "under 5", "under 5"]),
    "one under 5": ([50, 20, 4], [55, "not shown", "under 5"]),
    "one has none": ([50, 0, 20], [55, "under 5", "not shown"]),
    "all under 5": ([4, 4, 4], ["under 5"] * 3),
    "nothing": ([0, 0, 0], ["under 5"] * 3),
}


@dataclass(frozen=True)
class Held:
    """Conversations that were alike, and the charts from which the lot left them out."""

    values: Mapping[str, tuple[str, ...]]
    left_out: frozenset[str]
    number: int

    def counts(self, chart: str, value: str) -> bool:
        """Whether they add to a value of a chart."""
        return self.number > 0 and chart not in self.left_out and value in self.values[chart]


World = tuple[Held, ...]  # all conversations of a month, and all lots


def counted(world: World) -> dict[str, Counter[str]]:
    """The sums of a month, by the code that counts."""
    sums = {chart: Counter[str]() for chart in CHARTS}
    for held in world:
        lots = (chart in held.left_out for chart in CHARTS)
        for chart, value in drawn(held.values, partial(next, lots)):
            sums[chart][value] += held.number
    return sums


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Conversations of any kind in any number, with any lots: likely or not, each is possible."""

    def held() -> Held:
        values = {chart: (draw(st.sampled_from(known)),) for chart, known in VALUES.items()}
        kinds = draw(st.sets(st.sampled_from(VALUES["kind"]), min_size=1))
        left_out = draw(st.sets(st.sampled_from(CHARTS), max_size=1))
        return Held(
            {**values, "conversations": (ALL,), "kind": tuple(sorted(kinds))}, frozenset(left_out), draw(st.integers(1, 30))
        )

    return tuple(held() for _ in range(draw(st.integers(1, 6))))


def without_one(world: World, chart: str, value: str) -> World:
    """The same, but that one conversation that added to a value had others of that chart only, or was left out of it."""
    held = next(held for held in world if held.counts(chart, value))
    others = tuple(other for other in held.values[chart] if other != value)
    left_out = held.left_out if others else held.left_out | {chart}
    changed = Held({**held.values, chart: others or (value,)}, left_out, 1)
    return (*(other for other in world if other is not held), replace(held, number=held.number - 1), changed)


def with_one(world: World, chart: str, value: str) -> World:
    """The same, and one conversation more, which the lot left out of every chart but that one."""
    values = {"conversations": (ALL,), **{name: (known[0],) for name, known in VALUES.items()}}
    return (*world, Held({**values, chart: (value,)}, frozenset(values) - {chart}, 1))


def small_numbers(world: World) -> Iterator[tuple[str, str, int]]:
    """Every chart and value of which fewer than five were counted, and how many."""
    sums = counted(world)
    for chart, values in {"conversations": (ALL,), **VALUES}.items():
        yield from ((chart, value, sums[chart][value]) for value in values if sums[chart][value] < FIVE)


def page(world: World) -> Month:
    """What is published."""
    return published(MONTH, counted(world), VALUES)


@settings(deadline=None)
@given(worlds())
def test_no_number_under_five_can_be_worked_out(world: World):
    """Of every number under five, every other from none to four could be behind the same page, all charts taken together."""
    for chart, value, number in small_numbers(world):
        for other in range(FIVE):
            possible = world
            for _ in range(number - other):
                possible = without_one(possible, chart, value)
            for _ in range(other - number):
                possible = with_one(possible, chart, value)
            assert counted(possible)[chart][value] == other
            assert page(possible) == page(world)


@settings(deadline=None)
@given(worlds())
def test_what_is_shown_is_enough_and_about_right(world: World):
    """Every number shown is a multiple of five, stands for five conversations or more, and is not far off."""
    sums = counted(world)
    for chart, shown in page(world).charts.items():
        for value, number in shown.items():
            if isinstance(number, int):
                assert number % FIVE == 0
                assert sum(held.number for held in world if value in held.values[chart]) >= sums[chart][value] >= FIVE
                assert abs(number - sums[chart][value] / (1 - LEFT_OUT)) <= FIVE / 2


@settings(deadline=None)
@given(worlds())
def test_no_chart_hides_one_number_alone(world: World):
    """Where one number is hidden, so is another."""
    for shown in page(world).charts.values():
        assert sum(isinstance(number, str) for number in shown.values()) != 1


@pytest.mark.parametrize(("number", "shown"), ROUNDED)
def test_numbers_are_rounded(number: int, shown: Shown):
    """To fives, with about as many added as the lot has left out; under five nothing is said."""
    assert published(MONTH, {"conversations": {ALL: number}}, {}).conversations == shown


@pytest.mark.parametrize(("numbers", "shown"), CHARTS_AS_SHOWN.values(), ids=CHARTS_AS_SHOWN.keys())
def test_small_numbers_are_hidden(numbers: Sequence[int], shown: list[Shown]):
    """A number under five is not shown, and the next smallest with it if it would be the only one."""
    sums = {**ENOUGH, "channel": dict(zip(VALUES["channel"], numbers, strict=True))}
    charts = published(MONTH, sums, {"channel": VALUES["channel"]}).charts
    assert charts == {"channel": dict(zip(VALUES["channel"], shown, strict=True))}


@pytest.mark.parametrize(("number", "has_charts"), [(FEWEST_OF_A_MONTH - 1, False), (FEWEST_OF_A_MONTH, True)])
def test_a_quiet_month_has_no_charts(number: int, has_charts: bool):
    """Where few wrote, only how many is shown."""
    assert bool(published(MONTH, {"conversations": {ALL: number}, "channel": {"web": 50}}, VALUES).charts) == has_charts


def test_what_is_not_known_any_more_is_shown_only_if_it_is_enough():
    """An area that was taken out since then keeps its place; whether somebody wrote from one is not told."""
    sums = {**ENOUGH, "channel": {"web": 50, "gone": 10, "gone-too": 4}}
    assert published(MONTH, sums, {"channel": VALUES["channel"]}).charts["channel"] == {
        "web": 55,
        "sms": "under 5",
        "teams": "under 5",
        "gone": 10,
    }


def test_months_together_are_the_sums_of_what_is_shown():
    """Nothing hidden adds to them, and the order stays."""
    months = [
        Month("2026-08", "under 5"),
        Month("2026-09", 30, {"channel": {"web": "under 5", "sms": 5, "teams": "under 5"}}),
        Month("2026-10", 50, {"channel": {"web": 20, "sms": 10, "teams": "not shown"}}),
    ]
    assert together(months) == {"channel": {"web": 20, "sms": 15}}
    assert list(together(months)["channel"]) == ["web", "sms"]
