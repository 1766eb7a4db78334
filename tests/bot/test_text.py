"""Text as people type it, brought into one form before anything reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import clean, passages, plain, sentences

CLEAN = [
    ("NUL", "kni\x00fe", "knife"),
    ("other control characters", "\x07he\x1blp\x7f", "help"),
    ("a lone surrogate", "he\ud83dlp\udc00", "help"),
    ("right-to-left override", "\u202eknife\u202c", "knife"),
    ("direction isolates", "\u2066knife\u2069", "knife"),
    ("direction marks", "\u200eknife\u200f", "knife"),
    ("an honorific of eighteen letters in one character", "\ufdfa help \ufdfb", "help"),
    ("an accent parted from its letter", "cafe\u200b\u0301", "caf\u00e9"),
    ("an apostrophe that a compatible form holds", "\u0149t", "'nt"),
    ("zero-width space", "k\u200bn\u200bife", "knife"),
    ("zero-width joiners", "k\u200cn\u200dife", "knife"),
    ("word joiner", "kn\u2060ife", "knife"),
    ("byte order mark", "\ufeffknife", "knife"),
    ("soft hyphen", "kn\u00adife", "knife"),
    ("variation selector", "\u2764\ufe0f", "\u2764"),
    ("private use", "kn\ue000ife", "knife"),
    ("not a character", "kn\ufdd0ife", "knife"),
    ("full-width letters", "\uff28\uff25\uff2c\uff30", "HELP"),
    ("full-width digits", "\uff19\uff19\uff19", "999"),
    ("mathematical letters", "\U0001d407\U0001d41e\U0001d425\U0001d429", "Help"),
    ("a ligature", "kni\ufb01e", "knifie"),
    ("a letter and its accent", "cafe\u0301", "caf\u00e9"),
    ("no-break space", "help\u00a0me", "help me"),
    ("emoji", "help \U0001f62d", "help \U0001f62d"),
    ("line breaks", "one\r\ntwo", "one\ntwo"),
    ("a tab", "one\ttwo", "one\ttwo"),
    ("blanks around", "  help \n", "help"),
    ("other scripts", "\u0645\u0633\u0627\u0639\u062f\u0629 \u043f\u043e\u043c\u043e\u0449\u044c \u6551\u547d", None),
    ("nothing readable", "\u200b\x00\ud800\u202e \u2060", ""),
    ("nothing", "", ""),
]


@pytest.mark.parametrize(("text", "cleaned"), [case[1:] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_what_is_harmful_or_invisible_is_taken_out(text, cleaned):
    """Characters that hide, reorder or break words go; words, scripts and emoji stay."""
    assert clean(text) == (text if cleaned is None else cleaned)


PLAIN = [
    ("He's  got a KNIFE!!!", "hes got a knife!!!"),
    ("she isn\u2019t", "she isnt"),
    ("she isn\u02bct, isn`t, isn\u2018t", "she isnt, isnt, isnt"),
    ("\u06c0", "\u0647"),  # a letter with its hamza, in one form with those without
    ("Heeeeelp", "help"),
    ("goood book", "god book"),  # two are kept, three and more become one
    ("1000 999", "1000 999"),  # digits are never taken together
    ("\uff28\uff25\uff2c\uff30 \uff4d\uff45", "help me"),
    ("help\U0001f62d\U0001f62dme", "help me"),
    ("he hit her \u2014 again", "he hit her again"),
    ("*help* _me_ <b>now</b>", "help _me_ b now /b"),
    ("\u00a350 a day, 24/7", "\u00a350 a day, 24/7"),
    ("18-year-old", "18-year-old"),
    ("one\n\n two", "one\n\n two"),
    ("STRASSE stra\u00dfe", "strasse strasse"),
    ("\u041f\u041e\u041c\u041e\u0429\u042c", "\u043f\u043e\u043c\u043e\u0449\u044c"),
    ("kn\u200bi\u00adfe", "knife"),
    ("\U0001f62d", ""),
    ("", ""),
    ("\u0130\u015f\u00e7i \u00c7ocuk", "isci cocuk"),  # Latin letters lose their accents
    ("\u0141\u00f3d\u017a \u0111\u00e1nh t\u00f4i", "lodz danh toi"),
    (
        "\u0457\u0457 \u0431'\u0454 \u0439\u043e\u0433\u043e",
        "\u0457\u0457 \u0431\u0454 \u0439\u043e\u0433\u043e",
    ),  # Cyrillic ones keep theirs
    (
        "\u064a\u064e\u0636\u0652\u0631\u0650\u0628",
        "\u06cc\u0636\u0631\u0628",
    ),  # Arabic vowel signs go; one form of each letter stays
    ("\u0661\u0665 \u06f1\u06f5 \u0967\u096b", "15 15 15"),  # digits of other scripts
    ("\u092c\u091a\u094d\u091a\u0940\u0964", "\u092c\u091a\u094d\u091a\u0940."),  # vowel signs of Hindi are letters
    ("\u6551\u547d\u3002\u5feb", "\u6551\u547d.\u5feb"),
]


@pytest.mark.parametrize(("text", "expected"), PLAIN)
def test_plain_text_is_as_word_lists_are_written(text, expected):
    """Lower case, no apostrophes, single blanks, no drawn-out letters; sentence marks and digits stay."""
    assert plain(text) == expected


SENTENCES = [
    ("he is not here. he has a knife", ["he is not here", "he has a knife"]),
    ("no! help me now?", ["no", "help me now"]),
    ("one; two\nthree", ["one", "two", "three"]),
    ("she lives in butley, not here", ["she lives in butley, not here"]),
    ("...", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentence_marks_divide_a_text(text, expected):
    """Sentence marks and line breaks divide; a comma does not."""
    assert sentences(text) == expected


@given(st.text(alphabet=st.characters(), max_size=300))
def test_no_text_is_too_strange(text: str):
    """Whatever is typed, surrogates included, comes out as text that can be sent, and cleaning it twice changes nothing."""
    once = clean(text)
    once.encode("utf-8")
    plain(text).encode("utf-8")
    assert clean(once) == once
    assert "\x00" not in once


LONG = [
    ("one letter", "a" * 100_000),
    ("many words", "he has a knife. " * 6_250),
    ("apostrophes", "'" * 100_000),
    ("blanks", " " * 100_000),
    ("line breaks", "\n" * 100_000),
    ("emoji", "\U0001f62d" * 100_000),
    ("zero-width", "\u200b" * 100_000),
    ("accents on one letter", "e" + "\u0301" * 99_999),
    ("surrogates", "\ud83d" * 100_000),
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", [text for _, text in LONG], ids=[name for name, _ in LONG])
def test_a_hundred_thousand_characters_are_read(text):
    """A very long message neither breaks the reading nor stops it."""
    assert len(text) == 100_000
    assert len(plain(text)) <= len(text)
    assert all(sentences(plain(text)))


PASSAGES = [
    ("He owes money. He is 16.\nHe was locked in.", 30, ["He owes money. He is 16.", "He was locked in."]),
    ("one. two. three.", 100, ["one. two. three."]),
    ("a" * 25, 10, ["a" * 10, "a" * 10, "a" * 5]),
    (" \n ", 10, []),
]


@pytest.mark.parametrize(("text", "most", "expected"), PASSAGES)
def test_a_long_text_is_read_in_passages(text: str, most: int, expected: list[str]):
    """Sentences are kept together while they fit; nothing is lost and no passage is too long."""
    assert passages(text, most) == expected
