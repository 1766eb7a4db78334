"""The ONS Postcode Directory: a small file of its form, with made-up postcodes of real districts."""

from pathlib import Path

import pytest

from bot.content import PROJECT_FOLDER
from bot.directory import load_directory
from bot.lexicon import load_lexicon
from bot.places import build_gazetteer, read_places
from bot.postcodes import NotThePostcodeDirectory, import_postcodes, load_postcodes

AREAS = load_directory().areas
HEADER = "pcd,pcd2,pcds,dointr,doterm,oscty,oslaua,ctry\n"
# pcds, council: a district that Stoke-on-Trent and Staffordshire share, one that is Stockport's alone, one elsewhere
ROWS = [("ST7 8AA", "E07000195"), ("ST7 1AA", "E06000021"), ("SK1 3XE", "E08000007"), ("M1 1AE", "E08000003")]


def directory_file(folder: Path, header: str = HEADER) -> Path:
    """A small file of the directory's form."""
    file = folder / "ONSPD.csv"
    lines = [f"{pcds.replace(' ', '')},{pcds},{pcds},198001,,E10000028,{council},E92000001\n" for pcds, council in ROWS]
    file.write_text(header + "".join(lines), encoding="utf-8-sig")
    return file


def test_only_postcodes_of_shared_districts_are_kept(tmp_path: Path):
    """The others are settled by their district."""
    target = tmp_path / "postcodes.tsv"
    assert import_postcodes(directory_file(tmp_path), AREAS, target) == 2
    assert load_postcodes(target) == {"ST7 8AA": "staffordshire", "ST7 1AA": "stoke-on-trent"}


def test_another_file_is_refused(tmp_path: Path):
    """A file with other columns is named, with what was expected of it."""
    with pytest.raises(NotThePostcodeDirectory, match="pcds"):
        import_postcodes(directory_file(tmp_path, "a,b,c,d,e,f,g,h\n"), AREAS, tmp_path / "postcodes.tsv")


def test_without_an_import_there_are_none(tmp_path: Path):
    """Districts are enough to start with."""
    assert load_postcodes(tmp_path / "none.tsv") == {}


def test_an_imported_postcode_is_exact():
    """A full postcode of a shared district is read as its council's, and needs no question."""
    lexicon = load_lexicon(PROJECT_FOLDER / "locales" / "en")
    gazetteer = build_gazetteer(AREAS, {"ST7 1AA": "stoke-on-trent"})
    assert read_places("she lives at st7 1aa", gazetteer, lexicon, asked=False) == {"stoke-on-trent"}
    assert read_places("she lives at st7 8zz", gazetteer, lexicon, asked=False) > {"staffordshire"}
