"""Colours. Good, bad and doubtful are told apart by all eyes: hues of Okabe and Ito (2008), never without a word.

Source: M. Okabe, K. Ito, Color Universal Design, https://jfly.uni-koeln.de/color/ (blue, vermilion, orange, green).
"""

from rich.terminal_theme import TerminalTheme
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
    variables={
        "scrollbar": "#6E747A",
        "scrollbar-hover": "#56B4E9",
        "scrollbar-background": "#1B1E21",
        "markdown-h1-color": "#56B4E9",
    },
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
    variables={
        "scrollbar": "#85857E",
        "scrollbar-hover": "#005A8C",
        "scrollbar-background": "#F0F0EC",
        "markdown-h1-color": "#005A8C",
    },
)

ANSI_DARK = TerminalTheme(
    (18, 20, 22),
    (230, 230, 230),
    [
        (18, 20, 22),
        (240, 122, 60),
        (47, 181, 142),
        (230, 159, 0),
        (86, 180, 233),
        (204, 121, 167),
        (86, 200, 220),
        (200, 200, 200),
    ],
    [
        (128, 128, 128),
        (245, 150, 95),
        (90, 205, 170),
        (240, 228, 66),
        (86, 180, 233),
        (220, 150, 190),
        (120, 215, 230),
        (255, 255, 255),
    ],
)
"""What charts that are drawn for terminals have for blue, yellow and so on."""
ANSI_LIGHT = TerminalTheme(
    (250, 250, 248),
    (27, 30, 33),
    [
        (27, 30, 33),
        (168, 63, 0),
        (0, 102, 75),
        (138, 90, 0),
        (0, 90, 140),
        (140, 50, 100),
        (0, 100, 120),
        (80, 80, 80),
    ],
    [
        (100, 100, 100),
        (168, 63, 0),
        (0, 102, 75),
        (120, 85, 0),
        (0, 90, 140),
        (140, 50, 100),
        (0, 100, 120),
        (27, 30, 33),
    ],
)
