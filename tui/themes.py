"""Colours. Good, bad and doubtful are told apart by all eyes: hues of Okabe and Ito (2008), never without a word.

Source: M. Okabe, K. Ito, Color Universal Design, https://jfly.uni-koeln.de/color/ (blue, vermilion, orange, green).
"""

from textual.theme import Theme

DARK = Theme(
    name="benchmart-dark",
    primary="#0072B2",
    secondary="#56B4E9",
    accent="#56B4E9",
    success="#2FB58E",
    warning="#E69F00",
    error="#F07A3C",
    foreground="#E6E6E6",
    background="#121416",
    surface="#1B1E21",
    panel="#24282C",
    dark=True,
)
LIGHT = Theme(
    name="benchmart-light",
    primary="#0072B2",
    secondary="#005A8C",
    accent="#005A8C",
    success="#00664B",
    warning="#8A5A00",
    error="#A83F00",
    foreground="#1B1E21",
    background="#FAFAF8",
    surface="#F0F0EC",
    panel="#E4E4DE",
    dark=False,
)
