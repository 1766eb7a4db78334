"""Places read as area codes: names, postcodes, and where the person at risk is."""

import pytest

from bot.content import PROJECT_FOLDER
from bot.directory import load_directory
from bot.lexicon import load_lexicon
from bot.places import build_gazetteer, read_places

LEXICON = load_lexicon(PROJECT_FOLDER / "locales" / "en")
GAZETTEER = build_gazetteer(load_directory().areas, {})

NAMES = [
    ("shes in stockport", "stockport"),
    ("STOCKPORT CAR WASH", "stockport"),
    ("its a house in bramhall", "stockport"),
    ("up hanley duck", "stoke-on-trent"),
    ("Stoke-on-Trent", "stoke-on-trent"),
    ("stoke on trent", "stoke-on-trent"),
    ("newcastle under lyme", "staffordshire"),
    ("Newcastle upon Tyne", "elsewhere_england"),
    ("hebden bridge", "calderdale"),
    ("Bradford's biggest car wash", "bradford"),
    ("the depot in t'Halifax end", "calderdale"),
    ("puntoret n\u2019Stockport", "stockport"),
    ("an inn near King's Lynn", "elsewhere_england"),
    ("huddersfeild", "kirklees"),
    ("car wash widnes", "halton"),
    ("a farm by nantwich", "cheshire-east"),
    ("ellesmere port", "cheshire-west-and-chester"),
    ("cardiff", "wales"),
    ("a farm near Perth in Scotland", "scotland"),
]

SEVERAL_NAMES = [
    ("its a car wash in Cheadle", {"stockport", "staffordshire"}),
    ("Cheadle near Stockport", {"stockport"}),
    ("Cheadle, ST10", {"staffordshire"}),
    ("Hebden Bridge, West Yorkshire", {"calderdale"}),
    ("a car wash in Leeds and one in Bradford", {"leeds", "bradford"}),
    ("Leeds, then Bradford, then Leeds again", {"leeds", "bradford"}),
    ("Cheadle, Cheshire", {"stockport", "staffordshire"}),
]

WHERE_THE_PERSON_IS = [
    ("I came to Leeds on a care worker visa", "leeds"),
    ("Im 29, I came to Leeds on a care worker visa", "leeds"),
    ("when we got to Dewsbury there was no care company", "kirklees"),
    ("I live in Leeds but she is in Bramhall", "stockport"),
    ("She's in Glasgow, I'm in Leeds", "scotland"),
    ("I live in Cardiff, but it's my brother I'm worried about and he's in Stoke", "stoke-on-trent"),
    ("I'm in Manchester. My sister lives in Halifax", "calderdale"),
    ("im from Winsford and the care home is in Crewe", "cheshire-east"),
    ("I live in Wakefield. There is a man in a shed", "wakefield"),
    ("they keep me in a house in Wilmslow", "cheshire-east"),
    ("they moved him to Widnes", "halton"),
    ("moved from Leeds to Bradford", "bradford"),
    ("left abuser in London, now Crewe", "cheshire-east"),
    ("shes in manchester now but used to live in leeds", "elsewhere_england"),
]

WHERE_SOMEBODY_CAME_FROM = [
    ("he came from Albania to Leeds on a lorry", "leeds"),
    ("brought from Vietnam, kept in Dewsbury", "kirklees"),
    ("she's originally from Leeds, now living in Widnes", "halton"),
    ("a girl from Romania in a flat in Hanley", "stoke-on-trent"),
    ("he hit me, he's in Albania, I'm in Leeds", "leeds"),
]

PLACES_WHERE_NOBODY_IS = [
    "they want to send me to Pakistan",
    "she was born in Bradford",
    "In Libya they burned us and in the end we came here",
    "his scar is from giving a kidney in Cairo in 2020",
    "he got a train to Norwich",
    "my parents are in Pakistan",
]

ABROAD = [
    ("She went out last year to work in a house in Kuwait", "outside_uk"),
    ("im 21, working on a lettuce farm in Holland through an agency from Stoke", "outside_uk"),
    ("she's in pakistan now, near Mirpur", "outside_uk"),
    ("I am in Qatar", "outside_uk"),
    ("I'm in Bradford, it's about my cousin. They took her to Mirpur for a funeral", "outside_uk"),
    ("I work for a family in Dubai and they took my passport", "outside_uk"),
    ("my daughter lives with a family in Kuwait", "outside_uk"),
    ("I'm a maid in Riyadh", "outside_uk"),
    ("I am British, 28, in Dubai, they lock me in", "outside_uk"),
    ("I worked for a family in Kuwait and then I came to Leeds", "leeds"),
    ("my wife is a cleaner in Qatar", "outside_uk"),
]

NO_PLACES = [
    "they took my Halifax account",
    "wages go to a Yorkshire Bank account",
    "my account with Halifax is empty",
    "Leeds Building Society",
    "a Manchester United top",
    "hes a Stoke City fan",
    "big house on the Leeds Road",
    "we had Yorkshire puddings",
    "he sleeps on a stone floor",
    "she was reading a book",
    "m8 help me",
    "does ne1 know",
    "off the M6",
    "M60 services",
    "is this a section 42 or S47",
]

POSTCODES = [
    ("SK7 4QR", "stockport"),
    ("sk7 4qr", "stockport"),
    ("SK74QR", "stockport"),
    ("sk 7 4qr", "stockport"),
    ("House in HX1, curtains shut", "calderdale"),
    ("ls63ab", "leeds"),
    ("NE1 4ST", "elsewhere_england"),
    ("ne14st", "elsewhere_england"),
    ("in NE1", "elsewhere_england"),
    ("EC1A 1BB", "elsewhere_england"),
    ("a flat in M14", "elsewhere_england"),
    ("CF10 1AA", "wales"),
    ("EH1 1AA", "scotland"),
    ("BT1 1AA", "northern_ireland"),
]

CORRECTIONS = [
    ("my bad, its stockport", "stockport"),
    ("you've put leeds but i said bradford", "bradford"),
    ("Calderdale rather than Kirklees", "calderdale"),
    ("its the stockport cheadle i mean", "stockport"),
]

CORRECTED_ANSWERS = [
    ("Halifax... no wait, sorry, I mean Huddersfield", {"kirklees"}),
    ("Widnes, hang on it's over the boundary, Warrington", {"warrington"}),
    ("sorry, I meant Cheadle near Stockport", {"stockport"}),
    ("sorry, Cheadle", {"stockport", "staffordshire"}),
]

ANSWERS = [
    ("leeds", "leeds"),
    ("from leeds", "leeds"),
    ("stone", "staffordshire"),
    ("shelf", "calderdale"),
    ("ne1", "elsewhere_england"),
    ("sk 7", "stockport"),
    ("poland", "outside_uk"),
    ("not leeds, bradford", "bradford"),
]


def areas(text, asked=False):
    """Return the area codes that are read."""
    return read_places(text, GAZETTEER, LEXICON, asked)


@pytest.mark.parametrize(("text", "area"), NAMES)
def test_names(text, area):
    """A name is found with or without capitals and hyphens, as people misspell it."""
    assert areas(text) == {area}


@pytest.mark.parametrize(("text", "expected"), SEVERAL_NAMES)
def test_several_names(text, expected):
    """Names narrow each other down; those that contradict each other are all kept, and a region contradicts nothing."""
    assert areas(text) == expected


@pytest.mark.parametrize(("text", "area"), WHERE_THE_PERSON_IS)
def test_where_the_person_is(text, area):
    """Where the person at risk is now wins over where the writer is and where they were before."""
    assert areas(text) == {area}


@pytest.mark.parametrize(("text", "area"), WHERE_SOMEBODY_CAME_FROM)
def test_where_somebody_came_from(text, area):
    """Where somebody came from is not where they are, and a place abroad gives way to one in the UK."""
    assert areas(text) == {area}


@pytest.mark.parametrize("text", PLACES_WHERE_NOBODY_IS)
def test_places_where_nobody_is(text):
    """A place of the past, of the family or of a journey is not read."""
    assert areas(text) == frozenset()


@pytest.mark.parametrize(("text", "area"), ABROAD)
def test_abroad(text, area):
    """A country counts where somebody plainly is there."""
    assert areas(text) == {area}


@pytest.mark.parametrize("text", NO_PLACES)
def test_no_places(text):
    """Banks, clubs, streets, dishes, roads, everyday words and text-speak are no places."""
    assert areas(text) == frozenset()


@pytest.mark.parametrize(("text", "area"), POSTCODES)
def test_postcodes(text, area):
    """A postcode is read with and without its blank; an English one in no list means the rest of England."""
    assert areas(text) == {area}


@pytest.mark.parametrize(("text", "area"), CORRECTIONS)
def test_corrections(text, area):
    """A place that is taken back is not read."""
    assert areas(text) == {area}


@pytest.mark.parametrize(("text", "expected"), CORRECTED_ANSWERS)
def test_corrected_answers(text, expected):
    """Of an answer that takes itself back, the last place counts."""
    assert areas(text, asked=True) == expected


@pytest.mark.parametrize(("text", "area"), ANSWERS)
def test_answers(text, area):
    """When the place was asked for, an everyday word and a bare district are places too."""
    assert areas(text, asked=True) == {area}
