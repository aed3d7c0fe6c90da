"""Importing: find files, recognise them, and append what they hold and the log does not yet know."""

from collectors.importing.importer import import_paths
from collectors.importing.report import FileReport, FormatReport, ImportReport, Outcome

__all__ = ["FileReport", "FormatReport", "ImportReport", "Outcome", "import_paths"]
