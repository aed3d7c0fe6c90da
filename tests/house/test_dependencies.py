"""What is imported is asked for: nothing rests on what another package happens to bring."""

import ast
import re
import sys
import tomllib
from pathlib import Path

from sources import PACKAGES, PROJECT, modules

_DISTRIBUTIONS = {"dbt": "dbt-core", "dbt_common": "dbt-core", "pynvml": "nvidia-ml-py"}
"""Where a package is installed under another name than it is imported by."""
_BROUGHT_ALONG = {"timm"}
"""Used where it is there: asked for, it would bring a torchvision that does not fit the torch that is pinned."""

_WRITTEN_BESIDE_PLANS = Path("predictors/training_plan/files/scripts")
"""Programs that are only copied: who starts one installs what its plan says."""


def test_every_package_that_is_imported_is_among_the_dependencies() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    asked_for = [
        *project["dependencies"],
        *(name for names in project["optional-dependencies"].values() for name in names),
    ]
    declared = {re.split(r"[^A-Za-z0-9._-]", name)[0].replace("_", "-").lower() for name in asked_for}
    used = {
        name.split(".")[0]
        for path, tree in modules(*PACKAGES)
        if _WRITTEN_BESIDE_PLANS not in path.parents
        for node in ast.walk(tree)
        for name in _imported(node)
    }
    foreign = used - set(sys.stdlib_module_names) - set(PACKAGES) - _BROUGHT_ALONG
    missing = {name for name in foreign if _DISTRIBUTIONS.get(name, name).replace("_", "-") not in declared}
    assert missing == set()


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []
