"""The ways in which a message is typed worse."""

import pytest

from waymark.variants import VARIANTS, with_noise

MESSAGE = "They locked us in and the girl is hurt"


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_is_the_same_each_time(variant: str):
    """A measurement can be repeated."""
    assert VARIANTS[variant](MESSAGE) == VARIANTS[variant](MESSAGE)
    assert VARIANTS[variant]("") == ""


VARIED = [
    ("no-accents", "\u0219ef \u0142ad \u00e9t\u00e9", "sef \u0142ad ete"),
    ("no-accents", "\u092c\u091a\u094d\u091a\u0940", "\u092c\u091a\u094d\u091a\u0940"),  # signs of other scripts are letters
    ("capitals", "help me", "HELP ME"),
    ("drawn-out", "help me now please", "heeeelp me now pleaseeee"),
]


@pytest.mark.parametrize(("variant", "text", "typed"), VARIED)
def test_what_a_variant_does(variant: str, text: str, typed: str):
    """Accents go, letters become large, vowels long."""
    assert VARIANTS[variant](text) == typed


def test_noise_changes_about_one_letter_in_ten():
    """Slips are there, and the message is still one."""
    noisy = with_noise(MESSAGE * 20)
    differing = sum(a != b for a, b in zip(MESSAGE.split()[0] * 5, noisy, strict=False))
    assert noisy != MESSAGE * 20
    assert abs(len(noisy) - len(MESSAGE * 20)) < len(MESSAGE * 20) * 0.1
    assert differing > 0
