"""The directory: services and areas together, checked against each other, as routing and the channels ask for them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.areas import Area, load_areas
from bot.content import PROJECT_FOLDER, collect
from bot.errors import ContentError, Problem
from bot.services import Service, load_services

# Where nothing is known of the place, the person is taken to be in England: the councils, and most people, are there.
NATION_WHEN_UNKNOWN = "england"


@dataclass(frozen=True, slots=True)
class Directory:
    """Every service and area that may be shown. Withdrawn services are left out."""

    services: dict[str, Service]
    areas: dict[str, Area]

    def nation(self, area: str) -> str:
        """Return the nation an area code lies in (`outside_uk` counts as one)."""
        return self.areas[area].nation if area in self.areas else NATION_WHEN_UNKNOWN

    def serves(self, service: str, area: str) -> bool:
        """Say whether a service exists and may be shown to somebody in an area."""
        found = self.services.get(service)
        return found is not None and bool({area, self.nation(area)} & set(found.service_areas))

    def open_now(self, service: str, audience: str, now: dt.datetime) -> bool | None:
        """Say whether a service is open now; None where that is not known."""
        return self.services[service].open_now(audience, now)

    def is_usable(self, service: str, audience: str, now: dt.datetime) -> bool:
        """Say whether the person can ring the service now, or could at another time and nobody has to stand in for it."""
        found = self.services.get(service)
        if found is None:
            return False
        if found.instead is None:
            return True
        return bool(found.phones_for(audience)) and found.open_now(audience, now) is not False


def load_directory(data: Path = PROJECT_FOLDER / "data") -> Directory:
    """Load and check the whole directory.

    Raises:
        ContentError: every mistake in every file.
    """
    loaded = collect([lambda: load_services(data / "services"), lambda: load_areas(data / "areas")])
    services: dict[str, Service] = loaded[0]  # type: ignore[assignment]  # collect() cannot tell the two apart.
    areas: dict[str, Area] = loaded[1]  # type: ignore[assignment]
    problems = tuple(_contradictions(services, areas))
    if problems:
        raise ContentError(problems)
    active = {key: service for key, service in services.items() if service.status == "active"}
    return Directory(active, areas)


def _contradictions(services: dict[str, Service], areas: dict[str, Area]) -> Iterator[Problem]:
    """Yield what no single file can know: ids that name nothing."""
    places = set(areas) | {area.nation for area in areas.values()}
    for service in services.values():
        file = f"data/services/{service.id}.yml"
        for area_code in service.service_areas:
            if area_code not in places:
                yield Problem(file, "service_areas", area_code, "must be an area code or a nation")
        if service.instead and service.instead.service not in services:
            yield Problem(file, "instead.service", service.instead.service, "must be the id of a service")
    for area in areas.values():
        file = f"data/areas/{area.id}.yml"
        doors = (area.services.children, area.services.adults) if area.services else ()
        if area.kind == "council" and not doors:
            yield Problem(file, "services", None, "a council must name its two front doors")
        for door in doors:
            if door not in services:
                yield Problem(file, "services", door, "must be the id of a service")
