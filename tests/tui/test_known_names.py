"""A few letters lead to a name: what begins with them, then what has them, then what has them in this order."""

import pytest

from tui.contents.known_names import Known, KnownNames
from tui.contents.search import with_next

NAMES = KnownNames(
    [
        Known("my_convnext", "model", "my_convnext", 90),
        Known("convnext_base", "model", "convnext_base", 71),
        Known("convnext_tiny", "model", "convnext_tiny", 49),
        Known("Conv[Net]", "family", "Conv[Net]", 3),
    ]
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (
            "conv",
            [
                ("convnext_base", "prefix"), ("convnext_tiny", "prefix"), ("Conv[Net]", "prefix"),
                ("my_convnext", "part"),
            ],
        ),
        ("CONVB", [("convnext_base", "letters")]),
        ("cnxt", [("my_convnext", "letters"), ("convnext_base", "letters"), ("convnext_tiny", "letters")]),
        ("v[n", [("Conv[Net]", "part")]),
        ("c ^]", []),
        ("  ", []),
        ("zzz", []),
    ],
)  # fmt: skip
def test_names_fit_by_prefix_by_part_and_by_letters(typed, found) -> None:
    assert [(fit.known.name, fit.how) for fit in NAMES.fitting(typed)] == found


def test_a_long_name_that_does_not_fit_is_looked_through_once() -> None:
    long = KnownNames([Known("ab" * 20_000, "model", "x", 1)])
    assert long.fitting("a" * 30 + "z") == []


@pytest.mark.parametrize(
    ("search", "then"),
    [
        ("resnet", "resnet mode=training"),
        ("mode=training resnet", 'resnet mode="two words"'),
        ('resnet mode="two words" fp16', "resnet fp16 mode=null"),
        ("mode=null", ""),
        ("mode=unknown", "mode=training"),
        ("mode!=training", "mode!=training mode=training"),
    ],
)
def test_a_key_keeps_one_value_after_the_other_and_then_all(search, then) -> None:
    assert with_next(search, "mode", ["training", "two words", None]) == then
