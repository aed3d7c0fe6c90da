"""Reports: questions to the marts answered as a page with charts, or as Markdown."""
