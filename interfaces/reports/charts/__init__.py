"""Charts as SVG: pure functions from numbers and words to markup, without a library and without a browser.

Every chart is drawn for a width in pixels: wide for a desk, narrow for a phone, where labels stand above their marks.
Its colours are the page's CSS variables (`style.css`), so that one drawing serves the light and the dark theme.
"""
