"""Full postcodes, exact where an operator has imported the ONS Postcode Directory.

Most postcode districts lie in one area, and the areas' own lists are enough. For the others the directory tells each postcode's
council. Only those postcodes are kept: `var/postcodes.tsv`, a postcode and an area code a line.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.areas import Area
from bot.content import PROJECT_FOLDER
from bot.errors import WaymarkError

POSTCODES = PROJECT_FOLDER / "var" / "postcodes.tsv"
POSTCODE_COLUMN = "pcds"  # the form with one blank before the last three characters
# The column with the code of the local authority, as successive editions name it.
COUNCIL_COLUMNS = ("lad25cd", "oslaua", "lad23cd", "laua")
DISTRICT_ENDS = -4  # "SK8 4AB" is in the district "SK8"


class NotThePostcodeDirectory(WaymarkError):
    """The file does not have the columns of the ONS Postcode Directory."""


def import_postcodes(directory_file: Path, areas: dict[str, Area], target: Path = POSTCODES) -> int:
    """Write the postcodes of districts that several areas share, and return how many there are.

    Args:
        directory_file: the ONS Postcode Directory as CSV.

    Raises:
        NotThePostcodeDirectory: the file has other columns.
    """
    shared = _shared_districts(areas)
    found = sorted(entry for entry in _entries(directory_file, areas) if entry[0][:DISTRICT_ENDS] in shared)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(f"{postcode}\t{area}\n" for postcode, area in found), encoding="utf-8")
    return len(found)


def load_postcodes(file: Path = POSTCODES) -> dict[str, str]:
    """Return the area code of each imported postcode, written as "SK8 4AB"; empty where none were imported."""
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def _entries(file: Path, areas: dict[str, Area]) -> Iterator[tuple[str, str]]:
    area_of = {code: area.id for area in areas.values() for code in area.ons_codes}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        column = _council_column(reader.fieldnames or (), file)
        for row in reader:
            area = area_of.get(row[column])
            if area is not None:
                yield row[POSTCODE_COLUMN].strip().upper(), area


def _council_column(columns: Sequence[str], file: Path) -> str:
    council = next((name for name in COUNCIL_COLUMNS if name in columns), None)
    if council is None or POSTCODE_COLUMN not in columns:
        wanted = f"{POSTCODE_COLUMN} and one of {', '.join(COUNCIL_COLUMNS)}"
        raise NotThePostcodeDirectory(f"{file}: the columns {wanted} were expected; is it the ONS Postcode Directory as CSV?")
    return council


def _shared_districts(areas: dict[str, Area]) -> frozenset[str]:
    listed = [district.upper() for area in areas.values() for district in area.postcode_districts]
    return frozenset(district for district in listed if listed.count(district) > 1)
