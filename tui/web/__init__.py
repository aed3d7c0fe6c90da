"""The browser in a page of a web browser, for those who have no terminal at hand."""
