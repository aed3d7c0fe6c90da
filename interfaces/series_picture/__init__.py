"""A series with what was found in it, ready to be drawn: on a page or in a terminal."""
