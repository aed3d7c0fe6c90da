"""The dbt project, parsed once for all builds of a test run's worker: the rest of a small build takes as long."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmart.config import project_folder
from benchmart.project import project_digest


@contextmanager
def parsed_once() -> Iterator[None]:
    """Builds in this process are given what the first of their kind parsed, as dbt's own runner can be."""
    from dbt.cli import requires

    parsed: dict[tuple[object, ...], Any] = {}
    parse = requires.setup_manifest

    def setup_manifest(context: Any, *arguments: Any, **options: Any) -> None:
        config = context.obj["runtime_config"]
        project = project_folder()
        if config.project_root != str(project) or context.obj["flags"].write_json:
            parse(context, *arguments, **options)
            return
        key = (
            project_digest(project),
            config.credentials.database,
            os.environ.get("BENCHMART_VIOLATIONS_SINCE"),
        )
        if key in parsed:
            context.obj["manifest"] = parsed[key]
        parse(context, *arguments, **options)
        parsed[key] = context.obj["manifest"]

    requires.setup_manifest = setup_manifest
    try:
        yield
    finally:
        requires.setup_manifest = parse
