"""Opening hours: England's time, England's bank holidays, and what happens at midnight and when the clocks change."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bot import hours
from bot.hours import LONDON

DAYTIME = "Mo-Th 08:30-17:00; Fr 08:30-16:30; PH off"
OUT_OF_HOURS = "Mo-Th 00:00-08:30,17:00-24:00; Fr 00:00-08:30,16:30-24:00; Sa-Su 00:00-24:00; PH 00:00-24:00"


def at(moment: str) -> dt.datetime:
    """A moment on the clocks of England."""
    return dt.datetime.fromisoformat(moment).replace(tzinfo=LONDON)


WEEK = [
    # moment, is the daytime line open
    ("2026-11-23 08:29:59", False),  # a Monday
    ("2026-11-23 08:30", True),
    ("2026-11-23 16:59:59", True),
    ("2026-11-23 17:00", False),
    ("2026-11-27 16:29:59", True),  # the Friday
    ("2026-11-27 16:30", False),
    ("2026-11-28 12:00", False),  # the Saturday
    ("2026-11-29 12:00", False),
    ("2026-11-29 23:59:59", False),
    ("2026-11-30 00:00", False),
    ("2026-11-30 08:30", True),
]
BANK_HOLIDAYS = [
    ("2026-01-01 11:00", False),  # New Year's Day
    ("2026-01-02 11:00", True),  # a holiday in Scotland alone
    ("2026-03-17 11:00", True),  # a holiday in Northern Ireland alone
    ("2026-04-02 11:00", True),  # Maundy Thursday is none
    ("2026-04-03 11:00", False),  # Good Friday
    ("2026-04-06 11:00", False),  # Easter Monday: none in Scotland
    ("2026-04-07 11:00", True),
    ("2026-05-04 11:00", False),
    ("2026-05-25 11:00", False),
    ("2026-08-03 11:00", True),  # a holiday in Scotland alone
    ("2026-08-31 11:00", False),
    ("2026-11-30 11:00", True),  # a holiday in Scotland alone
    ("2026-12-24 11:00", True),
    ("2026-12-25 11:00", False),
    ("2026-12-28 11:00", False),  # for Boxing Day, which is a Saturday
    ("2026-12-29 11:00", True),
    ("2027-12-27 11:00", False),  # for Christmas Day, a Saturday
    ("2027-12-28 11:00", False),  # for Boxing Day, a Sunday
    ("2028-01-03 11:00", False),  # for New Year's Day, a Saturday
]
CLOCK_CHANGES = [
    ("2026-03-29 00:59", False),  # a Sunday: a minute later clocks go on
    ("2026-03-29 02:00", False),
    ("2026-10-25 01:30", False),  # a Sunday: half past one comes twice
    ("2026-03-30 08:29", False),
    ("2026-03-30 08:30", True),
    ("2026-10-26 08:29", False),  # the Monday after clocks went back
    ("2026-10-26 08:30", True),
]


@pytest.mark.parametrize(("moment", "is_open"), WEEK + BANK_HOLIDAYS + CLOCK_CHANGES)
def test_a_daytime_line_keeps_its_hours(moment, is_open):
    """Open from its first minute until its last, and closed on weekends and on England's bank holidays."""
    assert hours.is_open(DAYTIME, at(moment)) == is_open


@pytest.mark.parametrize("moment", [moment for moment, _ in WEEK + BANK_HOLIDAYS + CLOCK_CHANGES])
def test_the_out_of_hours_line_is_open_when_the_daytime_line_is_not(moment):
    """Day and out of hours together leave no gap and do not overlap, bank holidays and clock changes included."""
    assert hours.is_open(OUT_OF_HOURS, at(moment)) != hours.is_open(DAYTIME, at(moment))


EVERY_HOUR_OF = [
    ("a year's end", "2026-12-31 00:00", 72),
    ("clocks going on", "2026-03-28 12:00", 48),
    ("clocks going back", "2026-10-24 12:00", 48),
    ("Christmas", "2027-12-24 00:00", 144),
]


@pytest.mark.parametrize(("name", "start", "length"), EVERY_HOUR_OF, ids=[name for name, _, _ in EVERY_HOUR_OF])
def test_a_line_that_is_always_open_has_no_gap(name, start, length):
    """Day and night is day and night: at midnight, at the year's end and when clocks change."""
    first = at(start).astimezone(dt.UTC)
    for half_hours in range(2 * length):
        moment = first + dt.timedelta(minutes=30 * half_hours)
        assert hours.is_open("24/7", moment), f"{name}: {moment}"
        assert hours.is_open("Mo-Su 00:00-24:00; PH 00:00-24:00", moment), f"{name}: {moment}"


ELSEWHERE = [
    ("summer: nine in England is eight in UTC", dt.datetime(2026, 7, 1, 8, 0, tzinfo=dt.UTC), True),
    ("summer: half past seven in UTC", dt.datetime(2026, 7, 1, 7, 29, tzinfo=dt.UTC), False),
    ("winter: England keeps UTC", dt.datetime(2026, 12, 1, 8, 29, tzinfo=dt.UTC), False),
    ("winter: England keeps UTC, a minute on", dt.datetime(2026, 12, 1, 8, 30, tzinfo=dt.UTC), True),
    ("still Thursday in New York", dt.datetime(2026, 11, 26, 22, 0, tzinfo=ZoneInfo("America/New_York")), False),
    ("already Monday in Tokyo", dt.datetime(2026, 11, 30, 8, 0, tzinfo=ZoneInfo("Asia/Tokyo")), False),
    ("already Saturday in Tokyo", dt.datetime(2026, 11, 28, 0, 30, tzinfo=ZoneInfo("Asia/Tokyo")), True),
]


@pytest.mark.parametrize(("name", "moment", "is_open"), ELSEWHERE, ids=[name for name, _, _ in ELSEWHERE])
def test_hours_are_england_s_whatever_the_servers_clock(name, moment, is_open):
    """The moment may be told in any time zone; the hours are those of England."""
    assert hours.is_open(DAYTIME, moment) == is_open, name


CHANGES = [
    # hours, moment, next change
    (DAYTIME, "2026-11-25 08:00", "2026-11-25 08:30"),  # opens
    (DAYTIME, "2026-11-25 11:00", "2026-11-25 17:00"),  # closes
    (DAYTIME, "2026-11-27 16:30", "2026-11-30 08:30"),  # over the weekend
    (DAYTIME, "2026-04-02 17:00", "2026-04-07 08:30"),  # over Easter
    (DAYTIME, "2026-12-24 17:00", "2026-12-29 08:30"),  # over Christmas
    (DAYTIME, "2026-12-31 18:00", "2027-01-04 08:30"),  # over New Year, a Friday
    (DAYTIME, "2027-12-31 18:00", "2028-01-04 08:30"),  # next year's first Monday is a bank holiday
    (DAYTIME, "2026-03-27 18:00", "2026-03-30 08:30"),  # clocks go on in between
    (DAYTIME, "2026-10-23 18:00", "2026-10-26 08:30"),  # clocks go back in between
    (OUT_OF_HOURS, "2026-11-25 23:59", "2026-11-26 08:30"),  # midnight changes nothing
    (OUT_OF_HOURS, "2026-12-31 23:59", "2027-01-04 08:30"),  # nor does the year's end
]


@pytest.mark.parametrize(("expression", "moment", "change"), CHANGES)
def test_the_next_change_is_told_in_england_s_time(expression, moment, change):
    """When a line opens or closes next: over weekends, bank holidays, midnight, clock changes and the year's end."""
    told = hours.next_change(expression, at(moment).astimezone(ZoneInfo("Pacific/Auckland")))
    assert told == at(change)
    assert told.tzinfo == LONDON


@pytest.mark.parametrize("expression", ["24/7", "off"])
def test_what_never_changes_has_no_next_change(expression):
    """A line that never closes, or never opens, has no next change."""
    assert hours.next_change(expression, at("2026-11-25 11:00")) is None


OFFICE_TIME = [
    ("2026-11-25 08:59", False),
    ("2026-11-25 09:00", True),
    ("2026-11-25 16:59", True),
    ("2026-11-25 17:00", False),
    ("2026-11-28 11:00", False),
    ("2026-08-31 11:00", False),
    ("2026-12-28 11:00", False),
]


@pytest.mark.parametrize(("moment", "is_office_time"), OFFICE_TIME)
def test_office_time_is_nine_to_five_on_working_days(moment, is_office_time):
    """Bank holidays and weekends are out of hours."""
    assert hours.is_office_time(at(moment)) == is_office_time


@pytest.mark.parametrize("expression", [DAYTIME, OUT_OF_HOURS, "24/7", "Mo-Tu,Th-Fr 09:00-17:00; We 10:00-17:00; PH off"])
def test_hours_that_can_be_read_are_kept_as_they_are(expression):
    """Checking an expression changes nothing in it."""
    assert hours.check(expression) == expression
